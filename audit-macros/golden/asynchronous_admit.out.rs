async fn load(id: u64) -> Option<u8> {
    let mut __call = if my::audit::__private::is_switched_off() {
        my::audit::__private::Beginning::OPEN
    } else {
        my::audit::__private::enter_async(
            {
                my::audit::__private::element! {
                    static __SITE : my::audit::__private::Site =
                    my::audit::__private::Site::admit("load", ::core::module_path!(),
                    ::core::file!(), 2u32, true, & [("id", "u64", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => my::audit::__private::arg(&id).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    };
    match __call
        .run_unless_refused(async move {
            if false {
                return my::audit::__private::never::<Option<u8>>();
            }
            match () {
                () => find(id).await,
            }
        })
        .await
    {
        ::core::result::Result::Ok(__value) => {
            if __call.is_on() {
                __call.end(my::audit::__private::returned(&__value).report());
            }
            __value
        }
        ::core::result::Result::Err(__refused) => {
            (|| -> Option<u8> { refused(__refused) })()
        }
    }
}
