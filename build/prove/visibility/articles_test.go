package visibility_test

import (
	"fmt"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/build/prove/proof"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
)

// articles asks, of every article there can be and of everybody, what they have
// of it and what they may do with it, and compares with the model.
func articles(run *proof.Run) {
	w := smallWorld()
	for _, p := range []desk.Person{
		{ID: "lea", Role: desk.Lead, Departments: []desk.DeptID{"d1"}},
		{ID: "ada", Role: desk.Admin},
		{ID: "out", Role: desk.Customer, Disabled: true},
		{ID: "cid", Role: desk.Customer, Memberships: []desk.Membership{{Org: "o1", Access: desk.OrgRead}, {Org: ""}}},
		{ID: "dan", Role: desk.Customer},
	} {
		w.People[p.ID] = p
	}
	k := &helped{run: run, w: w}
	for _, lane := range []desk.LaneID{"s/helpx", "c/helpx", "c/dir", "s/dir", "s/help/o1", "help", ""} {
		if access.IsHelp(lane) {
			k.fail("%q is of the knowledge base", lane)
		}
	}
	to := []model.Audience{{Readers: desk.ReadersPublic}, {Readers: desk.ReadersCustomers}, {Readers: desk.ReadersOrg, Org: "o1"}, {Readers: desk.ReadersOrg, Org: "o2"}, {Readers: desk.ReadersOrg}, {Readers: desk.ReadersStaff}, {}}
	for i, x := range to {
		k.section(x, to)
		k.article(&model.Article{For: &to[i]}, to)
		k.article(&model.Article{For: &to[i], Gone: true}, to)
		k.article(&model.Article{For: &to[i], Written: true, By: "ann", Sent: true}, to)
	}
	k.article(nil, to)
	k.article(&model.Article{Written: true}, to)
	k.article(&model.Article{}, to)
	for _, by := range []desk.PersonID{"ann", "eve", "out"} {
		k.article(&model.Article{By: by}, to)
		k.article(&model.Article{By: by, Written: true, Sent: true}, to)
	}
	for yes, want := range map[uint32]uint32{0: 0, 1: 0, 4: 0, 5: 5, 9: 5, 10: 10, 49: 20, 1001: 1000} {
		if got := access.Helped(desk.Tally{Yes: yes, No: 7, Solved: 70}); got != want {
			k.fail("%d helped are told as %d", yes, got)
		}
		if got := access.Viewed(desk.Tally{Views: yes, Yes: 70, No: 7}); got != want {
			k.fail("%d views are told as %d", yes, got)
		}
	}
	run.Figure("articles", k.asked)
}

type helped struct {
	run   *proof.Run
	w     *model.World
	asked int
}

func (k *helped) fail(format string, args ...any) {
	k.run.Fail("-n 1 -depth 1", "knowledge base: %s", fmt.Sprintf(format, args...))
}

// hears reports whether what is told in a lane reaches somebody, in which form.
func hears(a desk.Actor, l desk.LaneID) bool {
	return l != "" && slices.Contains(access.LanesFor(a), l)
}

func (k *helped) section(x model.Audience, all []model.Audience) {
	s := desk.Section{ID: "s", Readers: x.Readers, Org: x.Org}
	lane := access.SectionLane(s)
	if lane != "" && (!access.IsHelp(lane) || !access.IsCustomerLane(lane)) {
		k.fail("a section is told in %s", lane)
	}
	for id, p := range k.w.People {
		a, want := actorOf(p), k.w.HasSection(id, x)
		if got := access.CanReadSection(a, &s); got != want || access.CanReadSection(a, nil) {
			k.fail("%s knows of a section for %v: %t", id, x, got)
		}
		if got := hears(a, lane); !p.Role.Staff() && got != want {
			k.fail("%s hears of a section for %v: %t", id, x, got)
		}
	}
	for _, y := range all {
		if got, want := access.Within(desk.Writing{Readers: y.Readers, Org: y.Org}, s), k.w.Fits(y, x); got != want {
			k.fail("an article for %v fits into a section for %v: %t", y, x, got)
		}
	}
}

func made(m *model.Article) *desk.Article {
	if m == nil {
		return nil
	}
	a := &desk.Article{ID: "x", Edit: 7, By: "eve"}
	if m.For != nil {
		a.Published, a.Live = town.Start, desk.Writing{Title: "LIVE", Readers: m.For.Readers, Org: m.For.Org, Tags: []string{"TAG"}}
	}
	if m.Gone {
		a.Retired = town.Start
	}
	if m.Written {
		a.Draft = &desk.Drafted{Writing: desk.Writing{Title: "DRAFT"}, By: "eve", ByName: "NAME"}
	}
	if m.By != "" {
		a.By, a.Contributed = m.By, &desk.Contribution{Title: "MINE", Sent: m.Sent}
	}
	return a
}

func (k *helped) article(m *model.Article, all []model.Audience) {
	art := made(m)
	lane := access.ArticleLane(art)
	if m != nil {
		k.quote(m, art)
	}
	for id, p := range k.w.People {
		a, has := actorOf(p), k.w.HasArticle(id, m)
		if got := access.CanReadArticle(a, art); got != has {
			k.fail("%s has %+v: %t", id, m, got)
		}
		if got := hears(a, lane); !p.Role.Staff() && got != has || p.Role.Staff() && hears(a, "s/help") == p.Disabled {
			k.fail("%s hears of %+v: %t", id, m, got)
		}
		for _, then := range all {
			e := desk.Earlier{Live: desk.Writing{Readers: then.Readers, Org: then.Org}}
			if art == nil || p.Role.Staff() {
				continue
			}
			if got, want := hears(a, access.EarlierLane(art, e)), k.w.HasEarlier(id, m, then); got != want {
				k.fail("%s hears of what %+v said when it was for %v: %t", id, m, then, got)
			}
		}
		if m != nil && m.By != "" {
			want := desk.ArticleDraft
			switch {
			case has:
				want = desk.ArticlePublished
			case m.Sent:
				want = desk.ArticleReview
			}
			if got := access.OwnArticle(art, a, desk.Tally{Views: 12, Yes: 60}); got.State != want || got.Title != "MINE" || has != (got.Views == 10) {
				k.fail("%s is told that their %+v is %s", id, m, got.State)
			}
		}
		k.may(id, a, m, art)
		k.files(id, a, m, art, all)
	}
}

// files asks who has a file, wherever an article may have it.
func (k *helped) files(id desk.PersonID, a desk.Actor, m *model.Article, art *desk.Article, all []model.Audience) {
	const h, other = desk.BlobHash("h"), desk.BlobHash("other")
	in := func(has bool) []desk.Attachment {
		if has {
			return []desk.Attachment{{Hash: other}, {Hash: h}}
		}
		return []desk.Attachment{{Hash: other}}
	}
	for i := range 8 {
		live, written, contributed := i&1 > 0, i&2 > 0, i&4 > 0
		var x *desk.Article
		if art != nil {
			y := *art
			x = &y
			if m.For != nil {
				x.Live.Files = in(live)
			}
			if x.Draft != nil {
				d := *x.Draft
				d.Files = in(written)
				x.Draft = &d
			}
			if x.Contributed != nil {
				c := *x.Contributed
				c.Files = in(contributed)
				x.Contributed = &c
			}
		}
		ask := func(before []desk.Earlier, then []model.Audience) {
			k.asked++
			if got, want := access.CanReadArticleFile(a, x, before, h), k.w.HasFile(id, m, live, written, contributed, then); got != want {
				k.fail("%s has a file of %+v (published %t, written %t, contributed %t, before %v): %t", id, m, live, written, contributed, then, got)
			}
			if access.CanReadArticleFile(a, x, before, "none") {
				k.fail("%s has a file that %+v has not", id, m)
			}
		}
		ask(nil, nil)
		for _, then := range all {
			ask([]desk.Earlier{{Live: desk.Writing{Readers: then.Readers, Org: then.Org, Files: in(false)}}}, nil)
			ask([]desk.Earlier{{Live: desk.Writing{Readers: then.Readers, Org: then.Org, Files: in(true)}}}, []model.Audience{then})
		}
	}
}

// quote asks which articles may be put into what two people read.
func (k *helped) quote(m *model.Article, art *desk.Article) {
	everybody := m.For != nil && !m.Gone && m.For.Readers == desk.ReadersPublic
	if access.MayQuote(art, nil) != everybody {
		k.fail("%+v is quoted to nobody", m)
	}
	for p, x := range k.w.People {
		for q, y := range k.w.People {
			want := everybody || !x.Role.Staff() && !y.Role.Staff() && k.w.HasArticle(p, m) && k.w.HasArticle(q, m)
			if got := access.MayQuote(art, []desk.Actor{actorOf(x), actorOf(y)}); got != want {
				k.fail("%+v is quoted to %s and %s: %t", m, p, q, got)
			}
		}
	}
}

func (k *helped) may(id desk.PersonID, a desk.Actor, m *model.Article, art *desk.Article) {
	commands := []desk.Args{desk.WriteArticle{}, desk.VoteArticle{}, desk.CommentArticle{}, desk.SetArticleFollow{}, desk.SettleComment{}, desk.SaveSection{}, desk.ReadArticle{}}
	for _, step := range []desk.ArticleStep{desk.StepSend, desk.StepReturn, desk.StepPublish, desk.StepReviewed, desk.StepRetire, desk.StepDrop, "x"} {
		commands = append(commands, desk.MoveArticle{Step: step})
	}
	for _, args := range commands {
		kind, step := args.Kind(), desk.ArticleStep("")
		if x, ok := args.(desk.MoveArticle); ok {
			step = x.Step
		}
		k.asked++
		err := access.MayArticle(a, kind, step, art)
		if kind == desk.CmdSettleComment || kind == desk.CmdSaveSection { // about no article
			err = access.Can(a, nil, kind)
		} else if general := access.Can(a, nil, kind); general != nil && err == nil {
			k.fail("%s may %s %+v, and may not at all", id, kind, m)
		}
		got := model.Yes
		if e := desk.AsError(err); e != nil {
			got = map[desk.Code]model.Answer{desk.CodeNotFound: model.NotThere, desk.CodeDenied: model.Denied}[e.Code]
		}
		if want := k.w.MayHelp(id, m, args); got != want {
			k.fail("%s asks for %s %s of %+v: %s, and the model says %s", id, kind, step, m, got, want)
		}
	}
}
