package whole_test

import (
	"os"
	"path/filepath"
	"testing"

	"docket/storage/whole"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	for _, text := range []string{"first", "second", ""} {
		if err := whole.Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("got %q (%v), want %q", b, err, text)
		}
	}
	only(t, dir, "settings.json")
}

// What cannot be written leaves what was there, and nothing beside it.
func TestWriteThatFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "there")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := whole.Write(path, []byte("x")); err == nil {
		t.Error("a directory was written over")
	}
	only(t, dir, "there")
	if err := whole.Write(filepath.Join(dir, "nowhere", "x"), nil); err == nil {
		t.Error("written into a directory that is not there")
	}
}

func only(t *testing.T, dir, name string) {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(es) != 1 || es[0].Name() != name {
		t.Errorf("beside %s there is %v", name, es)
	}
}
