fn ping() {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("ping", ::core::module_path!(),
                    ::core::file!(), 2u32, false, & [],); & __SITE
                }
            },
            &|_| ::core::option::Option::None,
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> () {});
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report());
    }
    __value
}
