#[cfg(feature = "keeper")]
impl crate::Keeper<String> {
    async fn on_account<'a>(
        &'a self,
        event: &'a DomainEvent,
        data: Cow<'a, Transfer>,
    ) -> Result<(), Error> {
        self.keep(event, data).await
    }
    fn on_both(&self, (name, _): (String, u8)) {}
}
#[cfg(feature = "keeper")]
impl judge::__private::Component for crate::Keeper<String> {
    #[allow(deprecated)]
    const FACTS: judge::__private::ComponentFacts = judge::__private::ComponentFacts::new(
        "keeper",
        ::core::env!("CARGO_PKG_VERSION"),
    );
    fn parts(__this: &judge::__private::Arc<Self>) -> judge::__private::Parts {
        let __parts = judge::__private::Parts::new();
        let __options = judge::__private::SubscriptionOptions::new()
            .description("keeps")
            .schema("account/v2")
            .queue(
                judge::__private::Queue::bounded(1024)
                    .overflow(judge::__private::Overflow::DropOldest),
            )
            .concurrency(4)
            .filter(|event| event.name() != "account.none");
        #[allow(deprecated)]
        let __parts = judge::__private::subscribe(
            __parts,
            "account.*",
            __options,
            judge::__private::handler(
                __this,
                |__this, __event| {
                    const _: () = judge::__private::once(
                        &[
                            <DomainEvent as judge::__private::FromEvent>::ARGUMENT,
                            <Cow<
                                'static,
                                Transfer,
                            > as judge::__private::FromEvent>::ARGUMENT,
                        ],
                    );
                    judge::__private::handling(async move {
                        let __argument0 = <DomainEvent as judge::__private::FromEvent>::held(
                            __event,
                        )?;
                        let __argument1 = judge::__private::Slot::<
                            Cow<'static, Transfer>,
                        >::new()
                            .taken(__event)?;
                        ::core::result::Result::Ok(
                            judge::__private::IntoHandled::into_handled(
                                Self::on_account(__this, &__argument0, __argument1).await,
                            ),
                        )
                    })
                },
            ),
        );
        let __options = judge::__private::SubscriptionOptions::new();
        #[allow(deprecated)]
        let __parts = judge::__private::subscribe(
            __parts,
            "a",
            __options,
            judge::__private::handler(
                __this,
                |__this, __event| {
                    judge::__private::handled(|| {
                        let __argument0 = judge::__private::Slot::<(String, u8)>::new()
                            .taken(__event)?;
                        ::core::result::Result::Ok(
                            judge::__private::IntoHandled::into_handled(
                                Self::on_both(__this, __argument0),
                            ),
                        )
                    })
                },
            ),
        );
        let __options = judge::__private::SubscriptionOptions::new();
        #[allow(deprecated)]
        let __parts = judge::__private::subscribe(
            __parts,
            "b",
            __options,
            judge::__private::handler(
                __this,
                |__this, __event| {
                    judge::__private::handled(|| {
                        let __argument0 = judge::__private::Slot::<(String, u8)>::new()
                            .taken(__event)?;
                        ::core::result::Result::Ok(
                            judge::__private::IntoHandled::into_handled(
                                Self::on_both(__this, __argument0),
                            ),
                        )
                    })
                },
            ),
        );
        __parts
    }
}
