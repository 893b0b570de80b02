fn stop(code: i32) -> ! {
    let mut __call = if ::audit_core::__private::is_switched_off() {
        ::audit_core::__private::Entered::OPEN
    } else {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::admit("stop", ::core::module_path!(),
                    ::core::file!(), 2u32, false, & [("code", "i32", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&code).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    };
    match __call.refused() {
        ::core::option::Option::Some(__refused) => leave(__refused),
        ::core::option::Option::None => {
            ::audit_core::__private::run(|| -> ! {
                match (code,) {
                    (code,) => std::process::exit(code),
                }
            })
        }
    }
}
