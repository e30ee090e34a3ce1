package lent_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/lent"
)

func there(dir string) (files []string) {
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, _ error) error {
		if e != nil && !e.IsDir() {
			files = append(files, filepath.Base(path))
		}
		return nil
	})
	return files
}

func TestCopiesGoAfterTheirTime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	synctest.Test(t, func(t *testing.T) {
		c, err := lent.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		first, err := c.Put("h1", "till.png", strings.NewReader("one"))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(first); err != nil || string(b) != "one" || filepath.Base(first) != "till.png" {
			t.Errorf("%s has %q, %v", first, b, err)
		}
		for path, want := range map[string]fs.FileMode{first: 0o600, filepath.Dir(first): 0o700 | fs.ModeDir, dir: 0o700 | fs.ModeDir} {
			if info, err := os.Stat(path); err != nil || info.Mode() != want {
				t.Errorf("%s is %v, want %v: %v", path, info.Mode(), want, err)
			}
		}
		time.Sleep(lent.For / 2)
		// Another file of the same name has a place of its own; the same file again has all of its time.
		if _, err := c.Put("h2", "till.png", strings.NewReader("two")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Put("h1", "till.png", strings.NewReader("one")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lent.For * 3 / 4)
		synctest.Wait()
		if got := there(dir); len(got) != 2 {
			t.Errorf("there are %v", got)
		}
		time.Sleep(lent.For / 2)
		synctest.Wait()
		if got := there(dir); len(got) != 0 {
			t.Errorf("after their time there are %v", got)
		}
	})
}

func TestNothingIsLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	c, err := lent.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"h1", "h2", "h3"} {
		if _, err := c.Put(key, "log.txt", strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Drop("h2"); err != nil || len(there(dir)) != 2 {
		t.Errorf("there are %v, %v", there(dir), err)
	}
	// As after the program was killed: whoever opens it next finds nothing.
	if c, err = lent.Open(dir); err != nil || len(there(dir)) != 0 {
		t.Errorf("there are %v, %v", there(dir), err)
	}
	if _, err := c.Put("h1", "log.txt", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "..", "../x", "a/b"} {
		if _, err := c.Put("h9", name, strings.NewReader("x")); err == nil {
			t.Errorf("%q was written", name)
		}
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := c.Put("h1", "log.txt", strings.NewReader("x")); err == nil || len(there(dir)) != 0 {
		t.Errorf("handed out after the end: %v", err)
	}
}
