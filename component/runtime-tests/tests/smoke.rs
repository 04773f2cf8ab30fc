use polars_async::ASYNC;
#[test]
fn it_blocks() { assert_eq!(ASYNC.block_on(async { ASYNC.spawn(async { 1 }).await.unwrap() }), 1); }
