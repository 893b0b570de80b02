fn handle(Json(Body { id, token }): Json<Body>, (a, b): (u8, u8), r#type: u8) -> u8 {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("handle",
                    ::core::module_path!(), ::core::file!(), 2u32, false, & [],).fields(&
                    ["id", "total"]).marks_arguments(); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::Capture::take(&id),
                    )
                }
                1u32 => {
                    ::core::option::Option::Some(
                        (|| match a + b {
                            __given => {
                                let __kept_out = ::audit_core::__private::arg(&__given)
                                    .redaction();
                                ::audit_core::__private::Taken::new(
                                    ::audit_core::__private::IntoField::into_field(__given),
                                    __kept_out,
                                )
                            }
                        })(),
                    )
                }
                2147483648u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&token).marked(),
                    )
                }
                2147483649u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&a).marked(),
                    )
                }
                2147483650u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&b).marked(),
                    )
                }
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> u8 {
        match (id, token, a, b, r#type) {
            (id, mut token, a, b, r#type) => a,
        }
    });
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report());
    }
    __value
}
