//! How wasmtime compiles and runs the component.
//!
//! One configuration for every subcommand: machine code belongs to the settings it was compiled
//! with, and an artifact of `polaroid compile` must fit `serve` and `query`. What differs is whether the
//! code meters fuel, and the allocation of instances, which compiled code does not see.

use crate::error::Error;
use crate::stderr::say;
use std::time::Duration;
use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig};

/// The guest's native stack. Planning and type checking recurse deeply, and generously sized
/// pages that nobody touches cost nothing.
const WASM_STACK: usize = 16 << 20;
/// What host functions may use above the guest's frames on the same fiber.
const HOST_STACK: usize = 2 << 20;

/// How often a computing guest hands its thread to the next one.
pub const EPOCH: Duration = Duration::from_millis(10);

fn config(fuel: bool) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .consume_fuel(fuel)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(WASM_STACK + HOST_STACK)
        // Both only serve native debuggers and exact wasm offsets in backtraces. Without them the
        // artifact is a sixth smaller and loads faster; a trap still names its reason and functions.
        .generate_address_map(false)
        .native_unwind_info(false);
    config
}

/// The engine of `query` and `compile`: one instance, so nothing is reserved ahead.
pub fn single(fuel: bool) -> Result<Engine, Error> {
    Ok(Engine::new(&config(fuel))?)
}

/// The engine of `serve`: instances come from a pool of `slots` that keeps their memory mapped. Each slot
/// reserves 4 GiB of addresses (no memory).
///
/// Where the addresses for the pool cannot be had (a limit on virtual memory, a small machine),
/// instances are allocated on demand, which is slower.
pub fn pooled(fuel: bool, slots: usize) -> Result<Engine, Error> {
    let mut config = config(fuel);
    config.allocation_strategy(pool(slots as u32));
    match Engine::new(&config) {
        Ok(engine) => Ok(engine),
        Err(error) => {
            say(format_args!("polaroid: no pool of instances ({error:#}); allocating each on demand"));
            single(fuel)
        }
    }
}

/// Sized for the component: 50,000 table elements and instances of 1.6 MB, with room to grow.
fn pool(slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_memories(slots)
        .total_stacks(slots)
        // The component's main module comes with small adapter modules that have tables.
        .total_tables(4 * slots)
        .total_core_instances(8 * slots)
        .table_elements(100_000)
        .max_core_instance_size(4 << 20)
        .max_component_instance_size(4 << 20)
        .max_memory_size(4 << 30)
        // A slot that was used keeps its pages: cleaning what a guest wrote is cheaper than faulting
        // it in again. `pagemap_scan` finds these pages where the kernel has it (Linux 6.7).
        .linear_memory_keep_resident(8 << 20)
        .table_keep_resident(1 << 20)
        .async_stack_keep_resident(256 << 10)
        .max_unused_warm_slots(16)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// Starts the one thread that moves the engine's epoch, for as long as the engine lives.
pub fn tick(engine: &Engine) -> Result<(), Error> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("epoch".into())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(EPOCH);
            }
        })
        .map_err(Error::system("cannot start the epoch thread"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A component with a memory, a table and a function that recurses `$n` times.
    const DEEP: &str = concat!(
        "(component (core module $m",
        " (func $f (export \"f\") (param i32) (result i32)",
        "  (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 7))",
        "   (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (i32.const 0))))))",
        " (core instance $i (instantiate $m))",
        " (func (export \"f\") (param \"n\" s32) (result s32) (canon lift (core func $i \"f\"))))",
    );

    #[test]
    fn an_artifact_of_one_engine_loads_in_the_other() {
        let wasm = wat::parse_str(DEEP).unwrap();
        let (single, pooled) = (single(false).unwrap(), pooled(false, 2).unwrap());
        let code = single.precompile_component(&wasm).unwrap();
        // SAFETY: the bytes come from `precompile_component`, one line above.
        unsafe { wasmtime::component::Component::deserialize(&pooled, &code) }.unwrap();
    }

    #[tokio::test]
    async fn deep_recursion_fits_and_endless_recursion_traps() {
        let engine = single(false).unwrap();
        let component = wasmtime::component::Component::new(&engine, wat::parse_str(DEEP).unwrap()).unwrap();
        let linker = wasmtime::component::Linker::<()>::new(&engine);
        let mut store = wasmtime::Store::new(&engine, ());
        store.set_epoch_deadline(u64::MAX / 2);
        let instance = linker.instantiate_async(&mut store, &component).await.unwrap();
        let f = instance.get_typed_func::<(i32,), (i32,)>(&mut store, "f").unwrap();
        assert_eq!(f.call_async(&mut store, (100_000,)).await.unwrap(), (7,));
        let error = f.call_async(&mut store, (i32::MAX,)).await.unwrap_err();
        assert_eq!(error.downcast_ref::<wasmtime::Trap>(), Some(&wasmtime::Trap::StackOverflow));
    }
}
