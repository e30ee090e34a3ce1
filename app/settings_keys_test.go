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
	const tab = "01890000-0000-7000-8000-000000000000"
	s := app.Settings{Theme: "dark", Zoom: 1, QuietKeys: true, Recent: []string{"away"}, Tabs: []string{tab}, Beside: tab, Keys: []app.KeyChange{{Action: "take", Keys: []string{"Mod+j"}}, {Action: "view:dept:mail"}}}
	if err := d.api.SaveSettings(s); err != nil {
		t.Fatal(err)
	}
	d.restart()
	got := d.boot().Settings
	if len(got.Keys) != 2 || got.Keys[0].Keys[0] != "Mod+j" || got.Keys[1].Keys == nil || len(got.Keys[1].Keys) != 0 || !got.QuietKeys || len(got.Recent) != 1 || len(got.Tabs) != 1 || got.Beside != tab {
		t.Errorf("after a restart: %+v", got)
	}
	if _, err := d.api.SignOut(true); err != nil {
		t.Fatal(err)
	}
	if got = d.boot().Settings; len(got.Keys) != 0 || len(got.Recent) != 0 || got.Keys == nil || !got.QuietKeys || len(got.Tabs) != 0 || got.Beside != "" {
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
		"no ticket": {Tabs: []string{"away"}},
		"beside":    {Beside: "away"},
		"tabs":      {Tabs: make([]string, 13)},
	} {
		s.Theme, s.Zoom = "system", 1
		if err := d.api.SaveSettings(s); err == nil {
			t.Errorf("%s: kept", name)
		}
	}
}
