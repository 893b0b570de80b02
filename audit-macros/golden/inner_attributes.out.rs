fn quiet(a: u8) {
    #![allow(unused_variables)]
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("quiet", ::core::module_path!(),
                    ::core::file!(), 2u32, false, & [("a", "u8", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&a).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> () {
        match (a,) {
            (a,) => {
                let b = a;
            }
        }
    });
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report());
    }
    __value
}
