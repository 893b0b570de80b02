fn load<'a>(
    &'a self,
    id: u64,
) -> Pin<Box<dyn Future<Output = Result<u8, Error>> + Send + 'a>> {
    Box::pin(async move {
        let mut __call = if ::audit_core::__private::is_switched_off() {
            ::audit_core::__private::Beginning::OPEN
        } else {
            ::audit_core::__private::enter_async(
                {
                    ::audit_core::__private::element! {
                        static __SITE : ::audit_core::__private::Site =
                        ::audit_core::__private::Site::admit("load",
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
        };
        match __call
            .run_unless_refused(async move {
                if false {
                    return ::audit_core::__private::never::<Result<u8, Error>>();
                }
                match () {
                    () => self.find(id).await,
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
    })
}
