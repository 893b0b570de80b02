//! Calls that are waited for.

use std::any::Any;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bus::error::InvokeError;
use crate::bus::event::Payload;
use crate::bus::occupancy::{Calling, Contained, Occupant, Occupied};
use crate::bus::runnable::{Exchange, Exchanged, Runnable, made};
use crate::contain::contain;
use crate::executor::{Executor, within};

use super::apart::Hold;
use super::invocation::Invocation;

/// Calls on this thread, with parameters as they are where the runnable has the same types, and through JSON where it has others.
pub(super) async fn in_place<P, A>(
    executor: &dyn Executor,
    call: &Invocation,
    (_occupied, runnable): (Occupied<'_>, &Runnable),
    params: P,
) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let name = || call.name();
    let mut exchange = Exchange::<P, A> {
        params: Some(params),
        answer: None,
    };
    let place: &mut (dyn Any + Send) = &mut exchange;
    let occupancy = &call.registered.occupancy;
    let in_force = call.in_force().enter();
    match contain(|| {
        let _here = Calling::new(Occupant::of(occupancy));
        runnable.work.exchange(place)
    }) {
        Err(panic) => return Err(call.panicked(panic)),
        Ok(None | Some(Exchanged::Done)) => drop(in_force),
        Ok(Some(Exchanged::Later(work))) => {
            // The same goes on: all that comes of one call has one cause.
            let work = Contained::new(in_force.around(work), occupancy);
            let done = in_time(executor, runnable, &call.registered.name, work).await?;
            done.map_err(|panic| call.panicked(panic))?;
        }
    }
    match (exchange.answer, exchange.params) {
        (Some(answer), _) => answer.map_err(|error| InvokeError::Failed {
            target: name(),
            error,
        }),
        (None, Some(params)) => {
            let answer = answered(executor, call, runnable, Payload::new(params)).await?;
            made(answer).map_err(|error| InvokeError::Answer {
                target: name(),
                error,
            })
        }
        (None, None) => Err(call.panicked("it ended without an answer".to_owned())),
    }
}

/// Calls on a thread that the runnable may keep.
pub(super) async fn apart<P, A>(
    executor: &dyn Executor,
    call: &Invocation,
    occupied: Hold,
    params: P,
) -> Result<A, InvokeError>
where
    P: Serialize + Send + Sync + 'static,
    A: DeserializeOwned + Send + 'static,
{
    let registered = &call.registered;
    let name = || registered.name.to_string();
    let Some(runnable) = registered.runnable() else {
        return Err(call.gone());
    };
    let work = super::apart::begin(executor, occupied, call.inside(), params);
    let work = work.map_err(|error| InvokeError::NotRun {
        target: name(),
        error,
    })?;
    let answer = in_time(executor, runnable, &registered.name, work).await?;
    call.came_to(answer)
}

/// Hands parameters to a runnable as JSON, and its answer back.
async fn answered(
    executor: &dyn Executor,
    call: &Invocation,
    runnable: &Runnable,
    params: Payload,
) -> Result<Payload, InvokeError> {
    let work = runnable.work.answer(params);
    let work = call.in_force().around(work);
    let work = Contained::new(work, &call.registered.occupancy);
    let done = in_time(executor, runnable, &call.registered.name, work).await?;
    let answer = done.map_err(|panic| call.panicked(panic))?;
    answer.map_err(|failure| call.unfit(failure))
}

/// Waits for work as long as its runnable may take. What takes longer is dropped.
async fn in_time<F: Future>(
    executor: &dyn Executor,
    runnable: &Runnable,
    name: &str,
    work: F,
) -> Result<F::Output, InvokeError> {
    let Some(after) = runnable.facts.timeout else {
        return Ok(work.await);
    };
    // Without a timer it was refused when it was registered.
    let done = within(executor, after, work).await;
    done.map_err(|_late| InvokeError::Timeout {
        target: name.to_owned(),
        after,
    })
}
