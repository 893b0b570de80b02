async fn serve(port: u16) -> ! {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter_async(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("serve", ::core::module_path!(),
                    ::core::file!(), 2u32, true, & [("port", "u16", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&port).capture(),
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
                return ::audit_core::__private::never::<::core::convert::Infallible>();
            }
            match () {
                () => {
                    loop {
                        accept(port).await;
                    }
                }
            }
        })
        .await;
    match __value {}
}
