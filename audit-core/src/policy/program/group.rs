//! [`Group`]: rules of every scope that stand in one mode.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::decision::Missing;
use crate::policy::model::{Declarations, PolicySet, Rule, RuleScope};
use crate::request::Request;
use crate::value::same_text;

use super::builder::{Builder, For};
use super::index::NONE;
use super::rule_set::{Doubt, Found, RuleSet};

/// Rules of every scope that stand in one mode: those that name the action, those that name actors alone, global ones.
#[derive(Debug)]
pub(super) struct Group {
    actions: Actions,
    actors: RuleSet,
    global: RuleSet,
    is_empty: bool,
}

/// A rule that belongs to a group.
pub(super) struct Member<'s> {
    pub(super) rank: u32,
    pub(super) rule: &'s Rule,
    pub(super) whom: For,
}

/// The rules of each action. A few names are found faster one by one than by hash.
#[derive(Debug)]
enum Actions {
    Few(Vec<(Arc<str>, RuleSet)>),
    Many(HashMap<Arc<str>, RuleSet, FixedState>),
}

/// Up to so many actions are a few.
const FEW: usize = 6;

impl Actions {
    #[inline]
    fn get(&self, name: &str) -> Option<&RuleSet> {
        match self {
            Self::Few(actions) => actions
                .iter()
                .find(|(known, _)| same_text(known, name))
                .map(|(_, rules)| rules),
            Self::Many(actions) => actions.get(name),
        }
    }
}

impl FromIterator<(Arc<str>, RuleSet)> for Actions {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, RuleSet)>>(actions: I) -> Self {
        let actions: Vec<_> = actions.into_iter().collect();
        if actions.len() <= FEW {
            Self::Few(actions)
        } else {
            Self::Many(actions.into_iter().collect())
        }
    }
}

impl Group {
    /// Of rules in the order of their ranks; see [`Builder::new`] for what is kept of them.
    pub(super) fn new<'s>(set: &'s PolicySet, members: &[Member<'s>], keeps_whole: bool) -> Self {
        let declared: HashMap<&str, &Declarations> = set
            .schema
            .actions
            .iter()
            .map(|(name, fields)| (&**name, fields))
            .collect();
        let mut of_actions: HashMap<&Arc<str>, Builder<'s>> = HashMap::new();
        let builder = |fields| Builder::new(set, fields, keeps_whole);
        let (mut of_actors, mut global) = (builder(None), builder(None));
        for Member { rank, rule, whom } in members {
            let mut of_action = |name: &'s Arc<str>| {
                let fields = declared.get(&**name).copied();
                of_actions
                    .entry(name)
                    .or_insert_with(|| builder(fields))
                    .add(*rank, rule, whom);
            };
            match &rule.scope {
                RuleScope::Global => global.add(*rank, rule, whom),
                RuleScope::Action(action) => of_action(action),
                RuleScope::Named { actions, .. } if !actions.is_empty() => {
                    actions.iter().for_each(of_action);
                }
                RuleScope::Named { .. } => of_actors.add(*rank, rule, whom),
                // Version 1 never runs it.
                RuleScope::Actor(_) => {}
            }
        }
        let actions = of_actions
            .into_iter()
            .map(|(name, builder)| (Arc::clone(name), builder.build()));
        Self {
            actions: actions.collect(),
            actors: of_actors.build(),
            global: global.build(),
            is_empty: members.is_empty(),
        }
    }

    /// Whether no rule is here.
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The first rule that matches, if it comes before `best`, and the fields that were asked for and not there.
    #[inline]
    pub(super) fn first_match<'p>(
        &'p self,
        request: &Request<'_>,
        missing: &mut Missing<'p>,
        best: u32,
    ) -> Found {
        let mut found = Found {
            rank: best,
            doubtful: false,
        };
        if let Some(set) = self.own(request)
            && set.first < found.rank
        {
            found = set.first_match(request, missing, best);
        }
        for set in [&self.actors, &self.global] {
            if set.first < found.rank {
                found = found.or_better(|best| set.first_match(request, missing, best));
            }
        }
        found
    }

    /// The first rule before `bound` of which nothing is known and that counts.
    #[cold]
    pub(super) fn first_doubt<'p>(
        &'p self,
        request: &Request<'_>,
        bound: u32,
        counts: impl Fn(u32) -> bool,
    ) -> Option<Doubt<'p>> {
        let doubts = self.sets(request).filter(|set| set.first < bound);
        doubts
            .filter_map(|set| set.first_doubt(request, bound, &counts))
            .min_by_key(|doubt| doubt.rank)
    }

    /// The first rule before `bound` that matches and counts, the long way.
    #[cold]
    pub(super) fn first_that(
        &self,
        request: &Request<'_>,
        bound: u32,
        counts: impl Fn(u32) -> bool,
    ) -> u32 {
        let sets = self.sets(request).filter(|set| set.first < bound);
        sets.map(|set| set.first_that(request, bound, &counts))
            .min()
            .unwrap_or(NONE)
            .min(bound)
    }

    /// The rules that can judge a request, by scope.
    fn sets(&self, request: &Request<'_>) -> impl Iterator<Item = &RuleSet> {
        let own = self.own(request);
        own.into_iter().chain([&self.actors, &self.global])
    }

    /// The rules that name the action.
    #[inline]
    fn own(&self, request: &Request<'_>) -> Option<&RuleSet> {
        let kind = request.action.kind()?;
        self.actions.get(kind)
    }
}
