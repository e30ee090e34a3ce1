package app_test

import (
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// The page of numbers opens in the browser before anybody has signed in, of the
// server that was typed, and afterwards of the one that is known.
func TestTheEmergencyPageOpens(t *testing.T) {
	srv, d := runtest.NewServer(t, ""), newDesktop(t)
	d.boot()
	if err := d.api.EmergencyPage(""); code(err) != desk.CodeInvalid || desk.AsError(err).Hint == "" {
		t.Errorf("with nothing known: %v", err)
	}
	if err := d.api.EmergencyPage("javascript:alert(1)"); err == nil {
		t.Error("what is no server was opened")
	}
	if err := d.api.EmergencyPage("support.veldhost.example"); err != nil {
		t.Fatal(err)
	}
	d.signIn(srv.URL, "elif")
	if err := d.api.EmergencyPage(""); err != nil {
		t.Fatal(err)
	}
	want := "https://support.veldhost.example/emergency " + srv.URL + "/emergency"
	if got := strings.Join(d.shell.opened, " "); got != want {
		t.Errorf("opened %q, want %q", got, want)
	}
}
