pub(crate) fn rename(&mut self, name: String, _dry: bool) {
    #[allow(clippy::used_underscore_binding)]
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("rename",
                    ::core::module_path!(), ::core::file!(), 2u32, false, & [("name",
                    "String", 0), ("_dry", "bool", 0)],).supplies(false, true, false, &
                    []); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&name).capture(),
                1u32 => ::audit_core::__private::arg(&_dry).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::Some(
                &|__supply| {
                    __supply
                        .tenant(|| ::audit_core::__private::IntoTenant::into_tenant(
                            "acme",
                        ));
                },
            ),
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> () {
        #[allow(clippy::used_underscore_binding)]
        let __arguments = (name, _dry);
        match __arguments {
            (mut name, _dry) => {
                name.push('x');
                self.name = name;
            }
        }
    });
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report());
    }
    __value
}
///Says how policy would judge [`rename`], without running it.
#[must_use]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
pub(crate) fn explain_rename(
    &mut self,
    name: String,
    _dry: bool,
) -> ::core::option::Option<::audit_core::__private::Explanation> {
    let _ = &name;
    let _ = &_dry;
    let __explanation = ::audit_core::__private::explain(
        {
            static __SITE: ::audit_core::__private::Site = ::audit_core::__private::Site::audit(
                    "rename",
                    ::core::module_path!(),
                    ::core::file!(),
                    2u32,
                    false,
                    &[("name", "String", 0), ("_dry", "bool", 0)],
                )
                .supplies(false, true, false, &[]);
            &__SITE
        },
        &|__index| match __index {
            0u32 => ::audit_core::__private::arg(&name).capture(),
            1u32 => ::audit_core::__private::arg(&_dry).capture(),
            _ => ::core::option::Option::None,
        },
        ::core::option::Option::Some(
            &|__supply| {
                __supply
                    .tenant(|| ::audit_core::__private::IntoTenant::into_tenant("acme"));
            },
        ),
    );
    __explanation
}
