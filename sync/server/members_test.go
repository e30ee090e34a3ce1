package server_test

import (
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/wire"
)

// Whoever manages an organization gives a colleague what the others ask, who has
// it at once, and takes it back, which ends it at once; the declaration applied
// again changes none of it.
func TestAnAdminGivesAndTakesAccess(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, nina := s.Connect("elif"), s.Connect("nina")
	id := elif.Open("the public story", "hosting", "bakery")
	set := func(level string) {
		t.Helper()
		r := s.Request("PUT", wire.PathOrgs+"/bakery/members", elif.Token, fmt.Sprintf(`{"person":"nina","access":%q}`, level))
		if r.StatusCode != 204 {
			t.Fatalf("got %d %s", r.StatusCode, body(t, r))
		}
	}
	if raw := nina.Raw(); strings.Contains(raw, "the public story") {
		t.Fatal("nina reads before she may")
	}
	set("read")
	runtest.Next[*wire.Scopes](nina)
	if items := nina.Pull("c/org/bakery"); len(items) != 1 || !runtest.ItemHas(items[0], "the public story") {
		t.Errorf("she was given access and reads %v", items)
	}
	if r := nina.Do(id, 100, desk.Reply{Text: "us too"}); r.Outcome != desk.Refused || r.Error.Code != desk.CodeDenied {
		t.Errorf("who may only read writes: %+v", r)
	}
	s.Redeclare(strings.ReplaceAll(runtest.Desk, "Nina Brandt", "Nina B. Brandt"))
	if r := nina.Do(id, 100, desk.Reply{Text: "us too"}); r.Error == nil || r.Error.Code != desk.CodeDenied {
		t.Errorf("after the declaration was applied again: %+v", r)
	}
	set("none")
	if r := nina.Do(id, 100, desk.Reply{Text: "us too"}); r.Error == nil || r.Error.Code != desk.CodeNotFound {
		t.Errorf("what was taken is there still: %+v", r)
	}
	set("comment")
	if r := nina.Do(id, 100, desk.Reply{Text: "us too"}); r.Outcome != desk.OK {
		t.Errorf("who may write is refused: %+v", r.Error)
	}
	set("")
	if r := nina.Do(id, 100, desk.Reply{Text: "us too"}); r.Error == nil || r.Error.Code != desk.CodeNotFound {
		t.Errorf("as declared she reads nothing: %+v", r)
	}
}
