package cache

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// TestAnotherVersion opens what a newer version of the program wrote: it is
// moved aside as it is, not called damaged, and an empty cache is begun.
func TestAnotherVersion(t *testing.T) {
	for name, write := range map[string]func(t *testing.T, store string){
		"another store format": func(t *testing.T, store string) {
			db, err := badger.Open(settings(store, testKey, false).WithExternalMagic(Format + 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"another format of ours": func(t *testing.T, store string) {
			db, err := badger.Open(settings(store, testKey, false))
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(txn *badger.Txn) error {
				return txn.Set(ownKey(ownFormat), seal(ownKey(ownFormat), []byte{byte((Format + 1) >> 8), byte((Format + 1) & 0xff)}, 0))
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store := filepath.Join(dir, storeDir)
			if err := os.MkdirAll(store, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, store)
			_, opened := open2(t, dir)
			if !opened.Newer || !opened.Fresh || opened.Quarantined == "" {
				t.Errorf("opened %+v", opened)
			}
			if _, err := os.Stat(filepath.Join(opened.Quarantined, "MANIFEST")); err != nil {
				t.Errorf("what was there is gone: %v", err)
			}
		})
	}
}
