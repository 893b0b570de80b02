/// Keeps accounts.
impl Accounts {
    #![allow(dead_code)]
    fn new(bus: Handle, ledger: Arc<dyn Ledger>) -> Result<Self, Error> {
        Ok(Self { bus, ledger })
    }
    pub fn book(self: &Arc<Self>) -> Arc<dyn Book> {
        self.clone()
    }
    async fn start(&self) -> Result<(), Error> {
        self.open().await
    }
    fn stop(self: Arc<Self>) {}
    fn health(&self) -> Health {
        Health::Healthy
    }
    const MOST: f64 = { 100.0 };
    /// Moves money.
    #[audit]
    async fn transfer(
        &self,
        from: &str,
        to: String,
        amount: f64,
    ) -> Result<Receipt, Error> {
        self.ledger.transfer(from, &to, amount).await
    }
    #[cfg(feature = "size")]
    fn size() -> usize {
        7
    }
    fn close(&self, r#type: &[Kind]) {}
    fn other(&self) {}
}
#[allow(dead_code)]
impl ::audit_core::__private::Component for Accounts {
    #[allow(deprecated)]
    const FACTS: ::audit_core::__private::ComponentFacts = {
        let __facts = ::audit_core::__private::ComponentFacts::new("accounts", "1.0")
            .description("keeps accounts")
            .depends(&["config"])
            .provides(const {
                &[::audit_core::__private::ServiceType::of::<Arc<dyn Book>>()]
            });
        let __facts = __facts
            .requires(
                ::audit_core::__private::required(const {
                    use ::audit_core::__private::Inject as _;
                    &::audit_core::__private::services([
                        ::audit_core::__private::Injected::<Handle>::SERVICE,
                        ::audit_core::__private::Injected::<Arc<dyn Ledger>>::SERVICE,
                        ::audit_core::__private::Injected::<()>::NONE,
                    ])
                }),
            );
        __facts
    };
    fn parts(
        __this: &::audit_core::__private::Arc<Self>,
    ) -> ::audit_core::__private::Parts {
        let __parts = ::audit_core::__private::Parts::new();
        #[allow(deprecated)]
        let __parts = __parts.provide::<Arc<dyn Book>>(Self::book(__this));
        #[allow(deprecated)]
        let __parts = __parts
            .activate({
                let __this = ::audit_core::__private::Clone::clone(__this);
                move || async move {
                    let __this = &__this;
                    Self::start(__this).await
                }
            });
        #[allow(deprecated)]
        let __parts = __parts
            .deactivate({
                let __this = ::audit_core::__private::Clone::clone(__this);
                move || async move {
                    let __this = &__this;
                    Self::stop(::audit_core::__private::Clone::clone(__this))
                }
            });
        #[allow(deprecated)]
        let __parts = __parts
            .health({
                let __this = ::audit_core::__private::Clone::clone(__this);
                move || {
                    let __this = &__this;
                    Self::health(__this)
                }
            });
        #[allow(deprecated)]
        let __parts = __parts
            .runnable(
                "transfer",
                ::audit_core::__private::timeout(
                    {
                        let __made = ::audit_core::__private::runnable(
                            __this,
                            false,
                            const {
                                &[
                                    ::audit_core::__private::Parameter::new("from", "&str"),
                                    ::audit_core::__private::Parameter::new("to", "String"),
                                    ::audit_core::__private::Parameter::new("amount", "f64"),
                                ]
                            },
                            |__given| {
                                let __argument0 = __given
                                    .argument::<
                                        <str as ::audit_core::__private::Borrowed>::Owned,
                                    >();
                                let __argument1 = __given.argument::<String>();
                                let __argument2 = __given.argument::<f64>();
                                ::core::option::Option::Some((
                                    __argument0?,
                                    __argument1?,
                                    __argument2?,
                                ))
                            },
                            |
                                __this,
                                (
                                    __argument0,
                                    __argument1,
                                    __argument2,
                                ): (
                                    <str as ::audit_core::__private::Borrowed>::Owned,
                                    String,
                                    f64,
                                )|
                            ::audit_core::__private::later(async move {
                                let __returned = Self::transfer(
                                        __this,
                                        &__argument0,
                                        __argument1,
                                        __argument2,
                                    )
                                    .await;
                                ::audit_core::__private::returning(&__returned)
                                    .answer(__returned)
                            }),
                        );
                        let __answer = __made.answer().known_form();
                        __made
                            .described(
                                &[
                                    ::audit_core::__private::Described::<
                                        <str as ::audit_core::__private::Borrowed>::Owned,
                                    >::new()
                                        .known_form(),
                                    ::audit_core::__private::Described::<String>::new()
                                        .known_form(),
                                    ::audit_core::__private::Described::<f64>::new()
                                        .known_form(),
                                ],
                                __answer,
                            )
                    }
                        .description("moves money")
                        .destructive()
                        .internal()
                        .requires_role("teller"),
                    5000u64,
                ),
            );
        #[cfg(feature = "size")]
        #[allow(deprecated)]
        let __parts = __parts
            .runnable(
                "size",
                {
                    let __made = ::audit_core::__private::runnable(
                        __this,
                        true,
                        const { &[] },
                        |__given| {
                            let _ = __given;
                            ::core::option::Option::Some(())
                        },
                        |__this, (): ()| ::audit_core::__private::now({
                            let __returned = Self::size();
                            ::audit_core::__private::returning(&__returned)
                                .answer(__returned)
                        }),
                    );
                    let __answer = __made.answer().known_form();
                    __made.described(&[], __answer)
                },
            );
        #[allow(deprecated)]
        let __parts = __parts
            .runnable(
                "close",
                {
                    let __made = ::audit_core::__private::runnable(
                        __this,
                        true,
                        const {
                            &[::audit_core::__private::Parameter::new("type", "&[Kind]")]
                        },
                        |__given| {
                            __given
                                .only::<
                                    <[Kind] as ::audit_core::__private::Borrowed>::Owned,
                                >()
                        },
                        |
                            __this,
                            __argument0: <[Kind] as ::audit_core::__private::Borrowed>::Owned|
                        ::audit_core::__private::now({
                            let __returned = Self::close(__this, &__argument0);
                            ::audit_core::__private::returning(&__returned)
                                .answer(__returned)
                        }),
                    );
                    let __answer = __made.answer().known_form();
                    __made
                        .described(
                            &[
                                ::audit_core::__private::Described::<
                                    <[Kind] as ::audit_core::__private::Borrowed>::Owned,
                                >::new()
                                    .known_form(),
                            ],
                            __answer,
                        )
                },
            );
        __parts
    }
}
#[allow(deprecated)]
impl ::audit_core::__private::Wired for Accounts {
    fn wire(
        __context: &::audit_core::__private::Context<'_>,
    ) -> ::core::result::Result<Self, ::audit_core::__private::BoxError> {
        ::audit_core::__private::IntoMade::<
            Self,
        >::into_made(
            Self::new(
                ::audit_core::__private::Injected::<Handle>::new().take(__context)?,
                ::audit_core::__private::Injected::<Arc<dyn Ledger>>::new()
                    .take(__context)?,
            ),
        )
    }
}
