package wire_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares b with testdata/<name>, written as lines of hex that a
// reviewer can compare.
func golden(t *testing.T, name string, b []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".hex")
	text := []byte(hex.Dump(b))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n")), text) {
		t.Errorf("%s: the bytes changed. A client or outbox of yesterday has the old ones; see version.go.\ngot\n%swant\n%s", name, text, want)
	}
}

func TestGoldenFrames(t *testing.T) {
	for side, fs := range frames() {
		for _, f := range fs {
			t.Run(string(f.Type()), func(t *testing.T) {
				b, err := wire.EncodeFrame(f)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, fmt.Sprintf("v%d/%s", wire.Version, f.Type()), b)
				got, err := wire.DecodeFrame(b, side)
				if err != nil {
					t.Fatal(err)
				}
				if got := reflect.ValueOf(got).Elem().Interface(); !reflect.DeepEqual(got, f) {
					t.Errorf("got %+v\nwant %+v", got, f)
				}
				if _, err := wire.DecodeFrame(b, wire.FromClient+wire.FromServer-side); err == nil {
					t.Error("the other side may send it too")
				}
				mustBeWhole(t, reflect.ValueOf(f), string(f.Type()))
			})
		}
	}
}

func TestGoldenCommands(t *testing.T) {
	seen := map[desk.CommandKind]bool{}
	for _, c := range commands() {
		t.Run(string(c.Args.Kind()), func(t *testing.T) {
			seen[c.Args.Kind()] = true
			b, err := wire.EncodeCommand(c)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("v%d/command-%s", wire.Version, c.Args.Kind()), b)
			got, err := wire.DecodeCommand(b)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c) {
				t.Errorf("got %+v\nwant %+v", got, c)
			}
			mustBeWhole(t, reflect.ValueOf(c.Args), string(c.Args.Kind()))
		})
	}
	for _, a := range desk.Commands() {
		if !seen[a.Kind()] {
			t.Errorf("no sample of command %s", a.Kind())
		}
	}
}

// mustBeWhole fails for a sample that leaves a field out: its golden file
// would not notice a change to it.
func mustBeWhole(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		if v.Type().PkgPath() == "time" || strings.HasSuffix(path, "Items[]") || strings.HasSuffix(path, "Actor") || strings.HasSuffix(path, "Retry") {
			return // an item has some fields by its kind; the others are covered elsewhere
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Tag.Get("json") == "-" || f.Name == "Field" {
				continue
			}
			if v.Field(i).IsZero() {
				t.Errorf("the sample has no %s.%s", path, f.Name)
			}
			mustBeWhole(t, v.Field(i), path+"."+f.Name)
		}
	case reflect.Slice:
		if v.Len() > 0 && v.Type().Elem().Kind() == reflect.Struct {
			mustBeWhole(t, v.Index(0), path+"[]")
		}
	case reflect.Pointer:
		if !v.IsNil() {
			mustBeWhole(t, v.Elem(), path)
		}
	}
}

func TestGoldenPage(t *testing.T) {
	body, err := wire.EncodePage(samplePage)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.DecodePage(body)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, samplePage) {
		t.Errorf("got %+v\nwant %+v", got, samplePage)
	}
}

// The frames of every version ever spoken must still be read.
func TestOldGoldensAreRead(t *testing.T) {
	for v := wire.Oldest; v <= wire.Version; v++ {
		files, err := filepath.Glob(filepath.Join("testdata", fmt.Sprintf("v%d", v), "*.hex"))
		if err != nil || len(files) == 0 {
			t.Fatalf("version %d has no golden files (%v)", v, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			b := undump(t, string(text))
			name := strings.TrimSuffix(filepath.Base(f), ".hex")
			if strings.HasPrefix(name, "command-") {
				_, err = wire.DecodeCommand(b)
			} else if _, err = wire.DecodeFrame(b, wire.FromClient); err != nil {
				_, err = wire.DecodeFrame(b, wire.FromServer)
			}
			if err != nil {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
}

func undump(t *testing.T, s string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(s) {
		if len(line) < 58 {
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(line[8:58], " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}
