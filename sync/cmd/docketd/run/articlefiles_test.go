package run_test

import (
	"errors"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/runtest"
)

// TestAFileStaysWhileAnArticleNamesIt: with what is published, a draft, or what it
// said before; then its bytes go, unless something else has them.
func TestAFileStaysWhileAnArticleNamesIt(t *testing.T) {
	var c moved
	s := runtest.NewServer(t, keeps)
	lea, elif := s.Connect("lea"), s.Connect("elif")
	first, second, shared := sent(t, s, lea.Token, "first picture"), sent(t, s, lea.Token, "second picture"), sent(t, s, elif.Token, "of a request, too")
	elif.Must(desk.TicketID(runtest.UUID()), 0, desk.Open{Subject: "A request", Text: "x", Department: "hosting", Org: "bakery", Files: []desk.Attachment{shared}})
	sharedByLea := sent(t, s, lea.Token, "of a request, too")
	does := func(args desk.Args) {
		t.Helper()
		if r := lea.Do(desk.TicketID(runtest.UUID()), 0, args); r.Outcome != desk.OK {
			t.Fatalf("%T: %v", args, r.Error)
		}
	}
	has := func(when string, want bool, files ...desk.Attachment) {
		t.Helper()
		if _, err := s.Server.Tidy(t.Context(), c.now()); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			var known bool
			if err := s.Ledger.View(t.Context(), func(tx *ledger.Tx) (err error) {
				_, known, err = tx.Blob(f.Hash)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			r, err := s.Files.Open(f.Hash)
			if err == nil {
				err = r.Close()
			}
			if known != want || errors.Is(err, desk.ErrNotFound) == want || err != nil && !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s: the file %s is known: %t, %v", when, f.Hash[:6], known, err)
			}
		}
	}
	id := desk.ArticleID(runtest.UUID())
	write := func(edit uint64, files ...desk.Attachment) {
		t.Helper()
		does(desk.WriteArticle{Article: id, Edit: edit, Writing: desk.Writing{Section: "mail", Title: "T", Text: "x", Readers: desk.ReadersPublic, Files: files}})
	}
	does(desk.SaveSection{Section: desk.Section{ID: "mail", Name: "Mail", Readers: desk.ReadersPublic}})
	write(0, first)
	has("in a draft", true, first)
	write(1, second, sharedByLea)
	has("taken out of the draft", false, first)
	has("in the draft", true, second, shared)
	// The same bytes come again, though the server was thought to have them.
	first = sent(t, s, lea.Token, "first picture")
	write(2, first, second, sharedByLea)
	does(desk.MoveArticle{Article: id, Edit: 3, Step: desk.StepPublish})
	write(4)
	does(desk.MoveArticle{Article: id, Edit: 5, Step: desk.StepPublish})
	has("in what it said before", true, first, second, shared)
	s.Restart()
	lea = s.Client("lea")
	lea.Sync()
	for i := range desk.MaxEarlier { // so many are kept
		write(uint64(6 + 2*i))
		does(desk.MoveArticle{Article: id, Edit: uint64(7 + 2*i), Step: desk.StepPublish})
		has("until that is too long ago", i < desk.MaxEarlier-1, first, second)
	}
	has("which a request has", true, shared)

	dropped := desk.ArticleID(runtest.UUID())
	first = sent(t, s, lea.Token, "first picture")
	does(desk.WriteArticle{Article: dropped, Writing: desk.Writing{Section: "mail", Title: "T", Text: "x", Files: []desk.Attachment{first}}})
	does(desk.MoveArticle{Article: dropped, Edit: 1, Step: desk.StepDrop})
	has("of an article that is no more", false, first)
	if r, err := s.Ledger.CheckAll(t.Context()); err != nil || len(r.Problems) > 0 {
		t.Errorf("check: %+v %v", r, err)
	}
}
