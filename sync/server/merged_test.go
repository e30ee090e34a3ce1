package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/run"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// TestMergedWhileConnected merges somebody who is connected: their computer
// comes back as the other, gains what is theirs, and what it sends is theirs.
// Taken back, it is a computer of their own again and loses it.
func TestMergedWhileConnected(t *testing.T) {
	s := runtest.NewServer(t, "")
	lars, elif := s.Connect("lars"), s.Connect("elif")
	theirs := lars.Open("from-lars", "hosting", "studio")
	own := elif.Open("from-elif", "hosting", "")
	ctx := context.Background()
	merge := func(do func() error) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		s.Hub.RightsChanged()
	}
	merge(func() error {
		_, err := run.MergePerson(ctx, s.Ledger, "lars", "elif", time.Now())
		return err
	})
	if e := lars.End(); e.Code != wire.CloseRestart {
		t.Fatalf("ended with %v", e)
	}
	elif.Has("from-lars")
	w := lars.Sync()
	if w.Actor.Person != "elif" || w.LastDSeq != 1 {
		t.Errorf("comes back as %+v after %d", w.Actor, w.LastDSeq)
	}
	for _, l := range w.Lanes {
		if l.Lane == "c/user/lars" {
			t.Error("listens to the old lane")
		}
	}
	lars.Must(own, 100, desk.Reply{Text: "by the other computer"})
	if tail := s.Entries(own); tail[len(tail)-1].Author != "elif" {
		t.Errorf("written by %s", tail[len(tail)-1].Author)
	}
	// The declaration says nothing of it, and applying it changes nothing.
	s.Redeclare(runtest.Desk)
	if got := s.Ticket(theirs).Requester; got != "elif" {
		t.Errorf("asked by %s", got)
	}
	if r := s.Request(http.MethodGet, wire.PathOrgs+"/studio/members", lars.Token, ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("members: %s", r.Status) // not an admin there, and still themselves
	}

	merge(func() error {
		_, err := run.UnmergePerson(ctx, s.Ledger, "lars", time.Now())
		return err
	})
	lars.End()
	elif.Must(own, 1000, desk.Reply{Text: "CANARY-apart"})
	if w = lars.Sync(); w.Actor.Person != "lars" {
		t.Errorf("comes back as %+v", w.Actor)
	}
	lars.Must(theirs, 1000, desk.Reply{Text: "my own"})
	if r := lars.Do(own, 1000, desk.Reply{Text: "not mine"}); r.Outcome != desk.Refused {
		t.Errorf("wrote to the other's: %+v", r)
	}
	if strings.Contains(lars.Raw(), "CANARY-apart") {
		t.Error("got what is the other's")
	}
	elif.Must(own, 1000, desk.Reply{Text: "last"})
	elif.Quiet()
	if strings.Contains(elif.Raw(), "my own") {
		t.Error("the other hears of it still")
	}
}

// TestMergedSignsIn signs in with an address of somebody who was merged.
func TestMergedSignsIn(t *testing.T) {
	s := runtest.NewServer(t, "")
	ctx := context.Background()
	for _, p := range []desk.PersonID{"lars", "elif"} {
		if err := run.SetPassword(ctx, s.Ledger, p, "the password of "+string(p)); err != nil {
			t.Fatal(err)
		}
	}
	_, device := s.Token("lars")
	if _, err := run.MergePerson(ctx, s.Ledger, "lars", "elif", time.Now()); err != nil {
		t.Fatal(err)
	}
	ask := func(password string) (wire.SignedIn, int) {
		t.Helper()
		body := `{"person":"lars@lund.example","password":"` + password + `","device":"` + string(device) + `","name":"old"}`
		r := s.Request(http.MethodPost, wire.PathSignIn, "", body)
		var in wire.SignedIn
		if r.StatusCode == http.StatusOK {
			in = decode[wire.SignedIn](t, r)
		}
		return in, r.StatusCode
	}
	if _, status := ask("the password of lars"); status == http.StatusOK {
		t.Error("is somebody of their own still")
	}
	in, status := ask("the password of elif")
	if status != http.StatusOK || in.Actor.Person != "elif" || in.Device == device || in.Was != "lars" {
		t.Errorf("%d, %+v", status, in)
	}
}
