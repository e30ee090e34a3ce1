package server_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// A lead's words reach everybody at once, and are gone when they take them back;
// what cannot be said is refused with a sentence, and nobody hears of it
// (BEHAVIOURS 1.14).
func TestSayingHowBusyItIs(t *testing.T) {
	s := runtest.NewServer(t, "")
	lars := s.Connect("lars")
	token, _ := s.Token("lea")
	say := func(b desk.Busy) desk.Error {
		t.Helper()
		body, _ := json.Marshal(b)
		r := s.Request("POST", wire.PathBusy, token, string(body))
		if r.StatusCode == 204 {
			return desk.Error{}
		}
		return decode[desk.Error](t, r)
	}
	in := time.Now().Add(2 * time.Hour)
	for _, b := range []desk.Busy{
		{Department: "hosting", Text: "CANARY " + strings.Repeat("x", 200), Until: in},
		{Department: "hosting", Text: "CANARY was", Until: time.Now().Add(-time.Minute)},
		{Department: "hosting", Text: "CANARY for ever"},
		{Department: "hosting", Text: "CANARY far", Until: time.Now().Add(8 * 24 * time.Hour)},
	} {
		if e := say(b); e.Code != desk.CodeInvalid || e.Message == "" || e.Hint == "" {
			t.Errorf("%+v: %+v", b, e)
		}
	}
	if e := say(desk.Busy{Department: "hosting", Text: "  Two of us\n are ill ", Until: in}); e.Code != "" {
		t.Fatalf("%+v", e)
	}
	busy := func(it desk.Item) bool { return it.Ref != nil && it.Ref.Kind == desk.RefBusy && it.Ref.ID == "hosting" }
	it := lars.Until("the notice", busy)
	var b desk.Busy
	if err := (wire.Codec{}).Unmarshal(it.Ref.Body, &b); err != nil || b.Text != "Two of us are ill" || b.Until.Sub(in).Abs() > time.Minute {
		t.Errorf("%+v, %v", b, err)
	}
	if e := say(desk.Busy{Department: "hosting"}); e.Code != "" {
		t.Fatalf("%+v", e)
	}
	if it := lars.Until("its end", busy); it.Kind != desk.ItemUnref {
		t.Errorf("%+v", it)
	}
	if strings.Contains(lars.Raw(), "CANARY") {
		t.Error("what was refused was told")
	}
}
