pub async fn load(&self, id: u64, unused: bool) -> Result<Vec<u8>, Error> {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter_async(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("load", ::core::module_path!(),
                    ::core::file!(), 2u32, true, & [("id", "u64", 0), ("unused", "bool",
                    0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&id).capture(),
                1u32 => ::audit_core::__private::arg(&unused).capture(),
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
                return ::audit_core::__private::never::<Result<Vec<u8>, Error>>();
            }
            match (unused,) {
                (unused,) => self.store.load(id).await,
            }
        })
        .await;
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report_error());
    }
    __value
}
