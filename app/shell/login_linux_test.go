package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the desktop reads is there while it is wanted, for each profile its own,
// and what was switched off in the desktop's own settings counts as off.
func TestStartsWithTheSession(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	anna, plain := Login{Profile: "anna", Data: `/home/a b/"x"$y\z%1`}, Login{}
	for _, l := range []Login{anna, plain} {
		if l.On() {
			t.Errorf("%+v is on", l)
		}
		if err := l.Set(true); err != nil || !l.On() {
			t.Fatalf("%+v: %v", l, err)
		}
	}
	path := filepath.Join(config, "autostart", "docket-anna.desktop")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if check, err := exec.LookPath("desktop-file-validate"); err == nil {
		if out, err := exec.Command(check, path).CombinedOutput(); err != nil {
			t.Errorf("%s\n%s", out, b)
		}
	}
	want := `"--hidden" "--profile" "anna" "--data" "/home/a b/\\"x\\"\\$y\\\\z%%1"`
	if !strings.Contains(string(b), want) {
		t.Errorf("%s\nwant %s", b, want)
	}
	if err := os.WriteFile(path, append(b, []byte("Hidden=true\n")...), 0o600); err != nil {
		t.Fatal(err)
	}
	if anna.On() || !plain.On() {
		t.Error("switched off by the desktop, and it says on")
	}
	for range 2 {
		if err := plain.Set(false); err != nil || plain.On() {
			t.Errorf("off: %v", err)
		}
	}
	if err := (Login{Data: "a\nExec=evil"}).Set(true); err == nil {
		t.Error("a line of its own in the file")
	}
}
