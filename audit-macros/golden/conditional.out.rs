fn pay(
    amount: u64,
    #[cfg(feature = "fraud")]
    #[cfg(unix)]
    score: Score,
    #[allow(unused)]
    card: Card,
) {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("pay", ::core::module_path!(),
                    ::core::file!(), 2u32, false, & [],).fields(& ["amount"])
                    .marks_arguments(); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::Capture::take(&amount),
                    )
                }
                #[cfg(all(feature = "fraud", unix))]
                2147483648u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&score).marked(),
                    )
                }
                #[cfg(not(all(feature = "fraud", unix)))]
                2147483648u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&()).marked(),
                    )
                }
                2147483649u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&card).marked(),
                    )
                }
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> () {
        match (amount,) {
            (amount,) => {}
        }
    });
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report());
    }
    __value
}
///Says how policy would judge [`pay`], without running it.
#[must_use]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
fn why(
    amount: u64,
    #[cfg(feature = "fraud")]
    #[cfg(unix)]
    score: Score,
    #[allow(unused)]
    card: Card,
) -> ::core::option::Option<::audit_core::__private::Explanation> {
    let _ = &amount;
    let __explanation = ::audit_core::__private::explain(
        {
            static __SITE: ::audit_core::__private::Site = ::audit_core::__private::Site::audit(
                    "pay",
                    ::core::module_path!(),
                    ::core::file!(),
                    2u32,
                    false,
                    &[],
                )
                .fields(&["amount"])
                .marks_arguments();
            &__SITE
        },
        &|__index| match __index {
            0u32 => {
                ::core::option::Option::Some(
                    ::audit_core::__private::Capture::take(&amount),
                )
            }
            #[cfg(all(feature = "fraud", unix))]
            2147483648u32 => {
                ::core::option::Option::Some(
                    ::audit_core::__private::arg(&score).marked(),
                )
            }
            #[cfg(not(all(feature = "fraud", unix)))]
            2147483648u32 => {
                ::core::option::Option::Some(::audit_core::__private::arg(&()).marked())
            }
            2147483649u32 => {
                ::core::option::Option::Some(
                    ::audit_core::__private::arg(&card).marked(),
                )
            }
            _ => ::core::option::Option::None,
        },
        ::core::option::Option::None,
    );
    __explanation
}
