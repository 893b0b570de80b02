impl Shelf {
    fn new(name: &Cow<'_, str>, rule: Arc<dyn Fn(&str) -> bool + Send + Sync>) -> Self {
        Self(name.clone(), rule)
    }
    fn first<'a>(&'a self, of: &'a [String]) -> Option<&'a str> {
        of.first().map(String::as_str)
    }
    async fn all(&self) -> Result<impl Serialize, Error> {
        self.0.read().await
    }
    fn kind(&self) -> &'static str {
        "shelf"
    }
}
impl ::audit_core::__private::Component for Shelf {
    #[allow(deprecated)]
    const FACTS: ::audit_core::__private::ComponentFacts = {
        let __facts = ::audit_core::__private::ComponentFacts::new(
            "shelf",
            ::core::env!("CARGO_PKG_VERSION"),
        );
        let __facts = __facts
            .requires(
                ::audit_core::__private::required(const {
                    use ::audit_core::__private::Inject as _;
                    &::audit_core::__private::services([
                        ::audit_core::__private::Injected::<Cow<'static, str>>::SERVICE,
                        ::audit_core::__private::Injected::<
                            Arc<dyn Fn(&str) -> bool + Send + Sync>,
                        >::SERVICE,
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
        let __parts = __parts
            .runnable(
                "first",
                {
                    let __made = ::audit_core::__private::runnable(
                            __this,
                            true,
                            const {
                                &[
                                    ::audit_core::__private::Parameter::new(
                                        "of",
                                        "&'a [String]",
                                    ),
                                ]
                            },
                            |__given| {
                                __given
                                    .only::<
                                        <[String] as ::audit_core::__private::Borrowed>::Owned,
                                    >()
                            },
                            |
                                __this,
                                __argument0: <[String] as ::audit_core::__private::Borrowed>::Owned|
                            ::audit_core::__private::now({
                                let __returned = Self::first(__this, &__argument0);
                                ::audit_core::__private::returning(&__returned)
                                    .written(__returned)
                            }),
                        )
                        .answering("Option<&'a str>");
                    let __answer = __made.answer().known_form();
                    __made
                        .described(
                            &[
                                ::audit_core::__private::Described::<
                                    <[String] as ::audit_core::__private::Borrowed>::Owned,
                                >::new()
                                    .known_form(),
                            ],
                            __answer,
                        )
                },
            );
        #[allow(deprecated)]
        let __parts = __parts
            .runnable(
                "all",
                {
                    let __made = ::audit_core::__private::runnable(
                            __this,
                            false,
                            const { &[] },
                            |__given| {
                                let _ = __given;
                                ::core::option::Option::Some(())
                            },
                            |__this, (): ()| ::audit_core::__private::later(async move {
                                let __returned = Self::all(__this).await;
                                ::audit_core::__private::returning(&__returned)
                                    .written(__returned)
                            }),
                        )
                        .answering("Result<impl Serialize, Error>");
                    let __answer = __made.answer().known_form();
                    __made.described(&[], __answer)
                },
            );
        #[allow(deprecated)]
        let __parts = __parts
            .runnable(
                "kind",
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
                            let __returned = Self::kind(__this);
                            ::audit_core::__private::returning(&__returned)
                                .answer(__returned)
                        }),
                    );
                    let __answer = __made.answer().known_form();
                    __made.described(&[], __answer)
                },
            );
        __parts
    }
}
#[allow(deprecated)]
impl ::audit_core::__private::Wired for Shelf {
    fn wire(
        __context: &::audit_core::__private::Context<'_>,
    ) -> ::core::result::Result<Self, ::audit_core::__private::BoxError> {
        ::audit_core::__private::IntoMade::<
            Self,
        >::into_made(
            Self::new(
                &::audit_core::__private::Injected::<Cow<'static, str>>::new()
                    .take(__context)?,
                ::audit_core::__private::Injected::<
                    Arc<dyn Fn(&str) -> bool + Send + Sync>,
                >::new()
                    .take(__context)?,
            ),
        )
    }
}
