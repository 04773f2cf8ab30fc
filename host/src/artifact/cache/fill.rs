//! Artifacts in the cache: found by name, else compiled once, the oldest dropped.

use super::{Cache, index};
use crate::artifact::{make, seal, write_whole};
use crate::error::Error;
use crate::output::UNFINISHED;
use crate::stderr::say;
use std::fs::{File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use wasmtime::Engine;

/// Artifacts kept, the least recently used go first. Each is some 200 MB.
const KEEP: usize = 4;

/// What was begun longer ago than this, its writer did not live to finish.
const ABANDONED: Duration = Duration::from_secs(3600);

impl Cache {
    /// The path of the machine code of `wasm` for `engine`, compiled when it is not there.
    pub fn artifact(&self, engine: &Engine, wasm: &Path) -> Result<PathBuf, Error> {
        let content = index::content_of(&self.dir, wasm)?;
        let artifact = self.path_of(&content, engine);
        if touch(&artifact) {
            return Ok(artifact);
        }
        self.make(engine, wasm)
    }

    fn path_of(&self, content: &str, engine: &Engine) -> PathBuf {
        self.dir.join(format!("{content}-{:016x}.cwasm", engine_key(engine)))
    }

    /// Compiles under a lock, so that processes started together compile once.
    fn make(&self, engine: &Engine, wasm: &Path) -> Result<PathBuf, Error> {
        // Named after the bytes that are compiled, should the file have changed since it was hashed.
        let bytes = std::fs::read(wasm).map_err(Error::file("cannot read", wasm))?;
        let artifact = self.path_of(&index::content(&bytes), engine);
        let lock_path = artifact.with_extension("lock");
        let _lock = lock(&lock_path)?;
        if touch(&artifact) {
            return Ok(artifact);
        }
        let code = make::compile(engine, wasm, &bytes)?;
        write_whole(&artifact, &code, 0o600)?;
        // Who waits for it holds it open still, and finds the artifact once it is theirs.
        std::fs::remove_file(&lock_path).map_err(Error::file("cannot remove", &lock_path))?;
        self.prune(&artifact);
        Ok(artifact)
    }

    /// Drops the artifacts that were not used for longest, and halves that were left behind. A process that has
    /// one mapped keeps it.
    fn prune(&self, fresh: &Path) {
        let Ok(entries) = std::fs::read_dir(&self.dir) else { return };
        let files = entries.flatten().filter_map(|entry| {
            let modified = entry.metadata().ok()?.modified().ok()?;
            Some((modified, entry.path()))
        });
        let (mut artifacts, others): (Vec<_>, Vec<_>) = files
            .filter(|(_, path)| path != fresh)
            .partition(|(_, path)| path.extension().is_some_and(|extension| extension == "cwasm"));
        artifacts.sort();
        let surplus = (artifacts.len() + 1).saturating_sub(KEEP);
        let abandoned = others.into_iter().filter(|(modified, path)| {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            name.starts_with(UNFINISHED.as_bytes()) && modified.elapsed().is_ok_and(|age| age > ABANDONED)
        });
        for (_, path) in artifacts.into_iter().take(surplus).chain(abandoned) {
            if let Err(error) = std::fs::remove_file(&path) {
                let path = path.display();
                say(format_args!("polaroid: cannot remove the old artifact {path}: {error}"));
            }
        }
    }
}

/// How old the mark of an artifact's last use may be. With each new one it is another file to the index, and hashed
/// as a whole.
const MARKED_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Whether the artifact is there; marks it as used, by its time.
fn touch(artifact: &Path) -> bool {
    let Ok(file) = File::open(artifact) else { return false };
    let marked = file.metadata().and_then(|metadata| metadata.modified());
    if marked.is_ok_and(|marked| marked.elapsed().is_ok_and(|age| age > MARKED_EVERY)) {
        // A failure only makes it look older than it is.
        let _ = file.set_modified(SystemTime::now());
    }
    true
}

fn lock(path: &Path) -> Result<File, Error> {
    let file = File::create(path).map_err(Error::file("cannot make the lock file", path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            say("another polaroid is compiling this component; waiting for it");
        }
        Err(TryLockError::Error(error)) => return Err(Error::file("cannot lock", path)(error)),
    }
    file.lock().map_err(Error::file("cannot lock", path))?;
    Ok(file)
}

/// Everything that an artifact depends on besides the component: wasmtime's version, the target, the
/// settings of the engine module, how the file is sealed.
fn engine_key(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    seal::MARK.hash(&mut hasher);
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use std::os::unix::fs::PermissionsExt;
    use wasmtime::component::Component;

    fn cache() -> (tempfile::TempDir, Cache) {
        let base = tempfile::tempdir().unwrap();
        let cache = Cache::open_in(base.path()).unwrap();
        (base, cache)
    }

    fn component(cache: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = cache.path().join(name);
        std::fs::write(&path, wat::parse_str(text).unwrap()).unwrap();
        path
    }

    #[test]
    fn the_directory_is_private_and_refused_when_it_is_not() {
        let (base, cache) = cache();
        assert_eq!(cache.dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::set_permissions(&cache.dir, PermissionsExt::from_mode(0o770)).unwrap();
        assert!(matches!(Cache::open_in(base.path()), Err(Error::Distrust { .. })));
    }

    #[test]
    fn an_artifact_is_made_once_and_anew_when_the_component_changes() {
        let (base, cache) = cache();
        let engine = engine::single(false).unwrap();
        let wasm = component(&base, "p.wasm", "(component)");
        let first = cache.artifact(&engine, &wasm).unwrap();
        let inode = |path: &Path| std::os::unix::fs::MetadataExt::ino(&path.metadata().unwrap());
        let made = inode(&first);
        assert_eq!((cache.artifact(&engine, &wasm).unwrap(), inode(&first)), (first.clone(), made));
        component(&base, "p.wasm", "(component (core module))");
        let second = cache.artifact(&engine, &wasm).unwrap();
        assert_ne!(first, second);
        // SAFETY: made by `precompile_component` in this test.
        unsafe { Component::deserialize_file(&engine, &second) }.unwrap();
    }

    #[test]
    fn threads_that_start_together_leave_one_artifact_and_no_lock() {
        let (base, cache) = cache();
        let engine = engine::single(false).unwrap();
        let wasm = component(&base, "p.wasm", "(component (core module (func)))");
        let made: Vec<PathBuf> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| cache.artifact(&engine, &wasm).unwrap());
            let all: Vec<_> = (0..8).map(|_| start()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(made.iter().all(|path| *path == made[0]));
        let files = |extension: &str| {
            let entries = std::fs::read_dir(&cache.dir).unwrap().flatten();
            entries.filter(|entry| entry.path().extension().is_some_and(|e| e == extension)).count()
        };
        assert_eq!(files("cwasm"), 1);
        // A late starter may leave an empty lock file behind; it is reused and removed by the next.
        assert!(files("lock") <= 1);
    }

    #[test]
    fn serve_and_query_share_artifacts() {
        assert_eq!(
            engine_key(&engine::single(false).unwrap()),
            engine_key(&engine::pooled(false, 2).unwrap())
        );
    }

    #[test]
    fn only_the_last_used_artifacts_are_kept() {
        let (base, cache) = cache();
        let engine = engine::single(false).unwrap();
        let mut made = Vec::new();
        for nth in 0..KEEP + 2 {
            let wasm = component(
                &base,
                &format!("{nth}.wasm"),
                &"(component)"
                    .replace(')', &format!(" (core module (func (param {}))))", "i32 ".repeat(nth))),
            );
            made.push(cache.artifact(&engine, &wasm).unwrap());
        }
        let left: Vec<bool> = made.iter().map(|path| path.exists()).collect();
        assert_eq!(left, [false, false, true, true, true, true]);
    }

    #[test]
    fn a_use_is_marked_once_a_day_so_that_the_index_knows_the_artifact() {
        let (base, _cache) = cache();
        let artifact = base.path().join("a.cwasm");
        assert!(!touch(&artifact));
        std::fs::write(&artifact, "code").unwrap();
        let age = |age: Duration| {
            let time = SystemTime::now() - age;
            File::options().write(true).open(&artifact).unwrap().set_modified(time).unwrap();
            assert!(touch(&artifact));
            std::fs::metadata(&artifact).unwrap().modified().unwrap() > time + Duration::from_secs(60)
        };
        assert!(!age(MARKED_EVERY / 2));
        assert!(age(MARKED_EVERY * 2));
    }

    #[test]
    fn what_a_killed_process_left_half_written_is_removed_and_what_is_being_written_is_not() {
        let (base, cache) = cache();
        let file = |name: &str, age: Duration| {
            let path = cache.dir.join(name);
            File::create(&path).unwrap().set_modified(SystemTime::now() - age).unwrap();
            path
        };
        let two_hours = Duration::from_secs(7200);
        let left = [
            file(".polaroid-a1B2c3", two_hours),
            file(".polaroid-d4E5f6", Duration::ZERO),
            file("another", two_hours),
        ];
        let wasm = component(&base, "p.wasm", "(component)");
        cache.artifact(&engine::single(false).unwrap(), &wasm).unwrap();
        assert_eq!(left.map(|path| path.exists()), [false, true, true]);
    }
}
