fn load(id: u64) -> BoxFuture<'static, u8> {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter_async(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("load", ::core::module_path!(),
                    ::core::file!(), 2u32, true, & [("id", "u64", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&id).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Beginning::OPEN
    };
    let __future = ::audit_core::__private::run(|| -> BoxFuture<'static, u8> {
        match (id,) {
            (id,) => {
                let found = find(id);
                Box::pin(async move { found.await })
            }
        }
    });
    ::std::boxed::Box::pin(
        __call
            .watch(
                __future,
                |__value| ::audit_core::__private::returned(__value).report(),
            ),
    )
}
