fn load(id: u64) -> impl Future<Output = u8> {
    async move {
        let mut __call = if ::audit_core::__private::is_armed() {
            ::audit_core::__private::enter_async(
                {
                    ::audit_core::__private::element! {
                        static __SITE : ::audit_core::__private::Site =
                        ::audit_core::__private::Site::audit("load",
                        ::core::module_path!(), ::core::file!(), 2u32, true, & [("id",
                        "u64", 0)],); & __SITE
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
        let __value = __call
            .run(async move {
                if false {
                    return ::audit_core::__private::never::<u8>();
                }
                match () {
                    () => find(id).await,
                }
            })
            .await;
        if __call.is_on() {
            __call.end(::audit_core::__private::returned(&__value).report());
        }
        __value
    }
}
