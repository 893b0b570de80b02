fn open(&self, _path: &Path) -> Result<impl Iterator<Item = u8> + '_, Error> {
    #[allow(clippy::used_underscore_binding)]
    let mut __call = if ::audit_core::__private::is_switched_off() {
        ::audit_core::__private::Entered::OPEN
    } else {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::admit("open", ::core::module_path!(),
                    ::core::file!(), 2u32, false, & [("_path", "&Path", 2)],)
                    .marks_arguments(); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&_path).capture(),
                2147483648u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&_path).marked(),
                    )
                }
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    };
    match __call.refused() {
        ::core::option::Option::Some(__refused) => {
            ::audit_core::__private::FromRefused::from_refused(__refused)
        }
        ::core::option::Option::None => {
            let __value = ::audit_core::__private::run(|| -> Result<_, Error> {
                #[allow(clippy::used_underscore_binding)]
                let __arguments = (_path,);
                match __arguments {
                    (_path,) => Ok(self.bytes()),
                }
            });
            if __call.is_on() {
                __call.end(::audit_core::__private::returned(&__value).report());
            }
            __value
        }
    }
}
