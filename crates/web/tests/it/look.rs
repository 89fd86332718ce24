use crate::site::house_with;
#[tokio::test]
#[ignore]
async fn look() {
    let house = house_with("http://127.0.0.1:8399", |s| s.limits.rate_factor = 1000).await;
    let mut routes = crate::pages::routes();
    routes.push(web::get("/look/form", web::Access::Public, |view: web::View| async move {
        let mut form = web::Form::of([("body", "1. Sign in and keep the refresh token\n2. Change the password")].into_iter().collect());
        form.refuse("title", "Say which product this is about");
        crate::site::look_form(&view, &form)
    }));
    let kit = house.kit.clone();
    let router = web::router(kit.clone(), routes);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8399").await.unwrap();
    web::server::serve(listener, router, kit, tokio::time::sleep(std::time::Duration::from_secs(240))).await;
}
