#[track_caller]
fn lock(name: &str) -> Result<Guard, Error> {
    let mut __call = if ::audit_core::__private::is_switched_off() {
        ::audit_core::__private::EnteredUnseen::OPEN
    } else {
        ::audit_core::__private::enter_unseen(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::admit("lock", ::core::module_path!(),
                    ::core::file!(), 3u32, false, & [("name", "&str", 0)],); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&name).capture(),
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
            match (name,) {
                (name,) => take(name),
            }
        }
    }
}
