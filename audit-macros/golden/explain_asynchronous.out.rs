pub async fn rename(name: String) -> Result<(), Error> {
    let mut __call = if ::audit_core::__private::is_switched_off() {
        ::audit_core::__private::Beginning::OPEN
    } else {
        ::audit_core::__private::enter_async(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::admit("rename",
                    ::core::module_path!(), ::core::file!(), 2u32, true, & [("name",
                    "String", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&name).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    };
    match __call
        .run_unless_refused(async move {
            if false {
                return ::audit_core::__private::never::<Result<(), Error>>();
            }
            match () {
                () => store(name).await,
            }
        })
        .await
    {
        ::core::result::Result::Ok(__value) => {
            if __call.is_on() {
                __call.end(::audit_core::__private::returned(&__value).report());
            }
            __value
        }
        ::core::result::Result::Err(__refused) => {
            ::audit_core::__private::FromRefused::from_refused(__refused)
        }
    }
}
///Says how policy would judge [`rename`], without running it.
#[must_use]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
pub async fn explain_rename(
    name: String,
) -> ::core::option::Option<::audit_core::__private::Explanation> {
    let _ = &name;
    let __explanation = ::audit_core::__private::explain_async(
        {
            static __SITE: ::audit_core::__private::Site = ::audit_core::__private::Site::admit(
                "rename",
                ::core::module_path!(),
                ::core::file!(),
                2u32,
                true,
                &[("name", "String", 0)],
            );
            &__SITE
        },
        &|__index| match __index {
            0u32 => ::audit_core::__private::arg(&name).capture(),
            _ => ::core::option::Option::None,
        },
        ::core::option::Option::None,
    );
    __explanation.await
}
