package app_test

import (
	"strings"
	"testing"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

func TestKeysStayWithTheirPerson(t *testing.T) {
	srv := runtest.NewServer(t, "")
	d := newDesktop(t)
	d.signIn(srv.URL, "elif")
	s := app.Settings{Theme: "dark", Zoom: 1, QuietKeys: true, Recent: []string{"away"}, Keys: []app.KeyChange{{Action: "take", Keys: []string{"Mod+j"}}, {Action: "view:dept:mail"}}}
	if err := d.api.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	d.restart()
	got := d.boot().Settings
	if len(got.Keys) != 2 || got.Keys[0].Keys[0] != "Mod+j" || got.Keys[1].Keys == nil || len(got.Keys[1].Keys) != 0 || !got.QuietKeys || len(got.Recent) != 1 {
		t.Errorf("after a restart: %+v", got)
	}
	if _, err := d.api.SignOut(true); err != nil {
		t.Fatal(err)
	}
	if got = d.boot().Settings; len(got.Keys) != 0 || len(got.Recent) != 0 || got.Keys == nil || !got.QuietKeys {
		t.Errorf("they name lists of a desk, and outlived its person: %+v", got)
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	d := newDesktop(t)
	long := strings.Repeat("x", 300)
	for name, s := range map[string]app.Settings{
		"no action": {Keys: []app.KeyChange{{Keys: []string{"k"}}}},
		"long name": {Keys: []app.KeyChange{{Action: long}}},
		"empty key": {Keys: []app.KeyChange{{Action: "take", Keys: []string{""}}}},
		"five keys": {Keys: []app.KeyChange{{Action: "take", Keys: []string{"a", "b", "c", "d", "e"}}}},
		"twice":     {Keys: []app.KeyChange{{Action: "take"}, {Action: "take"}}},
		"recent":    {Recent: []string{long}},
	} {
		s.Theme, s.Zoom = "system", 1
		if err := d.api.SaveSettings(s); err == nil {
			t.Errorf("%s: kept", name)
		}
	}
}
