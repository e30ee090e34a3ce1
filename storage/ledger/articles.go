package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// articleSchema keeps articles, also those that only their contributor may know
// of. section is that of what readers have; "" where they have nothing. Sections,
// earlier texts, tallies and comments lie among the references of the team's
// lane, votes and what somebody follows in their person's own.
const articleSchema = `
CREATE TABLE articles (id TEXT PRIMARY KEY, section TEXT NOT NULL, contributor TEXT NOT NULL, body BLOB NOT NULL, sum BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX articles_section ON articles (section) WHERE section <> '';
CREATE INDEX articles_contributor ON articles (contributor) WHERE contributor <> '';
`

const helpStaff = desk.LaneID("s/help")

// refIn reads a piece of reference data of a lane into v.
func (tx *Tx) refIn(lane desk.LaneID, kind desk.RefKind, id string, v any) (bool, error) {
	var body []byte
	var sum int64
	there, err := tx.one("SELECT body, sum FROM lane_refs WHERE lane = ? AND kind = ? AND id = ?", []any{string(lane), string(kind), id}, &body, &sum)
	if err != nil || !there {
		return false, err
	}
	return true, tx.decode(body, sum, v, "reference "+string(kind)+" "+id)
}

// Article gives an article, or nil.
func (tx *Tx) Article(id desk.ArticleID) (*desk.Article, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // none is named
	}
	var body []byte
	var sum int64
	there, err := tx.one("SELECT body, sum FROM articles WHERE id = ?", []any{string(id)}, &body, &sum)
	if err != nil || !there {
		return nil, err
	}
	var a desk.Article
	return &a, tx.decode(body, sum, &a, "article "+string(id))
}

func (tx *Tx) articles(where, is string) (out []desk.Article, err error) {
	err = tx.each("SELECT body, sum FROM articles WHERE "+where+" = ? ORDER BY id", []any{is}, func(scan func(...any) error) error {
		var a desk.Article
		err := tx.scanBody(scan, &a, "an article")
		out = append(out, a)
		return err
	})
	return out, err
}

// Help gives what of the knowledge base a command of p's is about.
func (tx *Tx) Help(p desk.PersonID, args desk.Args) (h desk.Help, err error) {
	if h.Article, err = tx.Article(desk.ArticleOf(args)); err != nil {
		return h, fmt.Errorf("read article: %w", err)
	}
	if h.Article != nil { // whoever they go on as writes on
		dir, err := tx.directory()
		if err != nil {
			return h, err
		}
		h.Article.By = dir.goesOnAs(h.Article.By)
	}
	id := desk.SectionOf(args, h.Article)
	if id != "" {
		var s desk.Section
		there, err := tx.refIn(helpStaff, desk.RefSection, string(id), &s)
		if err != nil {
			return h, fmt.Errorf("read section: %w", err)
		}
		if there {
			h.Section = &s
		}
	}
	switch a := args.(type) {
	case desk.VoteArticle:
		lane, err := tx.userLane(p)
		if err != nil {
			return h, err
		}
		var v desk.Vote
		there, err := tx.refIn(lane, desk.RefVote, string(a.Article), &v)
		if there {
			h.Vote = &v
		}
		return h, err
	case desk.ReadArticle:
		lane, err := tx.userLane(p)
		if err != nil {
			return h, err
		}
		var v desk.Seen
		there, err := tx.refIn(lane, desk.RefSeen, string(a.Article), &v)
		if there {
			h.Seen = &v
		}
		return h, err
	case desk.SettleComment:
		var c desk.Comment
		there, err := tx.refIn(helpStaff, desk.RefComment, string(a.Comment), &c)
		if there {
			h.Comment = &c
		}
		return h, err
	case desk.SaveSection:
		h.Within, err = tx.articles("section", string(a.Section.ID))
	}
	return h, err
}

// KeepHelp keeps what p did in the knowledge base and tells it to whom it is for.
func (tx *Tx) KeepHelp(p desk.PersonID, ch desk.HelpChange) error {
	if ch.Was != nil {
		if err := tx.tellEarlier(*ch.Was, nil); err != nil {
			return err
		}
	}
	if ch.Article != nil {
		if err := tx.putArticle(*ch.Article); err != nil {
			return err
		}
	}
	if ch.Gone != "" {
		if err := tx.dropArticle(ch.Gone); err != nil {
			return err
		}
	}
	if s := ch.Section; s != nil {
		if err := tx.tellSame(desk.RefSection, string(s.ID), *s, helpStaff, access.SectionLane(*s)); err != nil {
			return err
		}
	}
	if ch.Dropped != "" {
		if err := tx.tellOnly(desk.RefSection, string(ch.Dropped), nil); err != nil {
			return err
		}
	}
	if ch.Vote != nil {
		if err := tx.vote(*ch.Vote); err != nil {
			return err
		}
	}
	if ch.Comment != nil {
		if err := tx.tellComment(*ch.Comment); err != nil {
			return err
		}
	}
	if ch.Seen != nil {
		if err := tx.see(p, *ch.Seen, ch.Viewed); err != nil {
			return err
		}
	}
	if ch.Follow != nil {
		_, err := tx.follow(p, *ch.Follow)
		return err
	}
	return nil
}

// tellOnly has a piece of reference data be in these lanes and in no other.
func (tx *Tx) tellOnly(kind desk.RefKind, id string, in map[desk.LaneID][]byte) error {
	all := maps.Clone(in)
	if all == nil {
		all = map[desk.LaneID][]byte{}
	}
	err := tx.each("SELECT lane FROM lane_refs WHERE kind = ? AND id = ?", []any{string(kind), id}, func(scan func(...any) error) error {
		var lane desk.LaneID
		err := scan(&lane)
		if _, stays := all[lane]; !stays {
			all[lane] = nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("find reference %s: %w", kind, err)
	}
	var refs []refChange
	for _, lane := range slices.Sorted(maps.Keys(all)) {
		if lane != "" {
			refs = append(refs, refChange{lane: lane, kind: kind, id: id, body: all[lane]})
		}
	}
	_, err = tx.tellRefs(refs)
	return err
}

// tellSame is tellOnly for what is the same to everybody.
func (tx *Tx) tellSame(kind desk.RefKind, id string, v any, lanes ...desk.LaneID) error {
	body, err := tx.encode(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", kind, err)
	}
	in := map[desk.LaneID][]byte{}
	for _, lane := range lanes {
		in[lane] = body
	}
	return tx.tellOnly(kind, id, in)
}

// tellBoth is tellOnly for what the team and customers have in two forms.
func (tx *Tx) tellBoth(kind desk.RefKind, id string, staff any, lane desk.LaneID, customers any) error {
	in := map[desk.LaneID][]byte{}
	var err error
	if staff != nil {
		if in[helpStaff], err = tx.encode(staff); err != nil {
			return fmt.Errorf("encode %s: %w", kind, err)
		}
	}
	if lane != "" {
		if in[lane], err = tx.encode(customers); err != nil {
			return fmt.Errorf("encode %s: %w", kind, err)
		}
	}
	return tx.tellOnly(kind, id, in)
}

func (tx *Tx) putArticle(a desk.Article) error {
	was, err := tx.Article(a.ID)
	if err != nil {
		return fmt.Errorf("read article: %w", err)
	}
	body, err := tx.encode(a)
	if err != nil {
		return fmt.Errorf("encode article: %w", err)
	}
	section, contributor := "", ""
	if a.IsLive() {
		section = string(a.Live.Section)
	}
	if a.Contributed != nil {
		contributor = string(a.By)
	}
	if _, err := tx.exec(`INSERT INTO articles (id, section, contributor, body, sum) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET section = excluded.section, contributor = excluded.contributor, body = excluded.body, sum = excluded.sum`,
		string(a.ID), section, contributor, body, crc(body)); err != nil {
		return fmt.Errorf("write article: %w", err)
	}
	if err := tx.tellArticle(a); err != nil {
		return err
	}
	if err := tx.reviewEarlier(was, &a); err != nil {
		return err
	}
	return tx.linkArticleFiles(a.ID, &a)
}

// tellArticle has everybody have of an article what is for them.
func (tx *Tx) tellArticle(a desk.Article) error {
	var t desk.Tally
	if _, err := tx.refIn(helpStaff, desk.RefTally, string(a.ID), &t); err != nil {
		return fmt.Errorf("read tally: %w", err)
	}
	var staff any
	if a.Shown() {
		staff = a
	}
	if err := tx.tellBoth(desk.RefArticle, string(a.ID), staff, access.ArticleLane(&a), access.CustomerArticle(&a, t)); err != nil {
		return err
	}
	return tx.tellContributor(a)
}

// tellContributor tells who contributed an article how far it is.
func (tx *Tx) tellContributor(a desk.Article) error {
	if a.Contributed == nil {
		return nil
	}
	in := map[desk.LaneID][]byte{}
	if who, err := tx.Actor(a.By); err == nil && who.Role == desk.Customer {
		var t desk.Tally
		if _, err := tx.refIn(helpStaff, desk.RefTally, string(a.ID), &t); err != nil {
			return fmt.Errorf("read tally: %w", err)
		}
		body, err := tx.encode(access.OwnArticle(&a, who, t))
		if err != nil {
			return fmt.Errorf("encode contribution: %w", err)
		}
		in["c/user/"+desk.LaneID(who.Person)] = body
	}
	return tx.tellOnly(desk.RefContributed, string(a.ID), in)
}

// reviewArticles is for a person whose rights moved: of what they contributed they
// are told what they may know now.
func (tx *Tx) reviewArticles(p desk.PersonID) error {
	all, err := tx.articles("contributor", string(p))
	if err != nil {
		return fmt.Errorf("read contributions: %w", err)
	}
	for _, a := range all {
		if err := tx.tellContributor(a); err != nil {
			return err
		}
	}
	return nil
}

// reviewEarlier takes away earlier texts that are too many, and has those that
// stay be told to who reads the article now and could read them then.
func (tx *Tx) reviewEarlier(was, is *desk.Article) error {
	if was != nil {
		for _, at := range was.Was {
			if is == nil || !slices.ContainsFunc(is.Was, at.Equal) {
				if err := tx.tellOnly(desk.RefEarlier, desk.EarlierRef(was.ID, at), nil); err != nil {
					return err
				}
			}
		}
	}
	if is == nil || was != nil && access.ArticleLane(was) == access.ArticleLane(is) && len(was.Was) == len(is.Was) && (len(is.Was) == 0 || was.Was[0].Equal(is.Was[0])) {
		return nil
	}
	for _, at := range is.Was {
		e, err := tx.earlier(is.ID, at)
		if err != nil {
			return err
		}
		if err := tx.tellEarlier(e, is); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) earlier(id desk.ArticleID, at time.Time) (e desk.Earlier, err error) {
	there, err := tx.refIn(helpStaff, desk.RefEarlier, desk.EarlierRef(id, at), &e)
	if err == nil && !there {
		err = damaged("what article " + string(id) + " said before is not there")
	}
	return e, err
}

// tellEarlier keeps what an article said before; of is the article now, nil while
// that is still to be written.
func (tx *Tx) tellEarlier(e desk.Earlier, of *desk.Article) error {
	var lane desk.LaneID
	if of != nil {
		lane = access.EarlierLane(of, e)
	}
	return tx.tellBoth(desk.RefEarlier, desk.EarlierRef(e.Article, e.Published), e, lane, access.CustomerEarlier(e))
}

func (tx *Tx) dropArticle(id desk.ArticleID) error {
	was, err := tx.Article(id)
	if err != nil || was == nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM articles WHERE id = ?", string(id)); err != nil {
		return fmt.Errorf("drop article: %w", err)
	}
	for _, kind := range []desk.RefKind{desk.RefArticle, desk.RefContributed, desk.RefTally} {
		if err := tx.tellOnly(kind, string(id), nil); err != nil {
			return err
		}
	}
	if err := tx.reviewEarlier(was, nil); err != nil {
		return err
	}
	return tx.linkArticleFiles(id, nil)
}

// vote keeps what somebody made of an article in the place of what they made of
// it before, and counts it.
func (tx *Tx) vote(v desk.Vote) error {
	lane, err := tx.userLane(v.Person)
	if err != nil || lane == "" {
		return err
	}
	var old desk.Vote
	t := desk.Tally{Article: v.Article}
	had, err := tx.refIn(lane, desk.RefVote, string(v.Article), &old)
	if err != nil {
		return fmt.Errorf("read vote: %w", err)
	}
	if _, err := tx.refIn(helpStaff, desk.RefTally, string(v.Article), &t); err != nil {
		return fmt.Errorf("read tally: %w", err)
	}
	if had {
		count(&t, old, -1)
	}
	told := access.Helped(t)
	if had && old.Helpful {
		told = access.Helped(desk.Tally{Yes: t.Yes + 1})
	}
	count(&t, v, 1)
	body, err := tx.encode(v)
	if err != nil {
		return fmt.Errorf("encode vote: %w", err)
	}
	sum, err := tx.encode(t)
	if err != nil {
		return fmt.Errorf("encode tally: %w", err)
	}
	if _, err := tx.tellRefs([]refChange{
		{lane: lane, kind: desk.RefVote, id: string(v.Article), body: body}, {lane: helpStaff, kind: desk.RefTally, id: string(v.Article), body: sum},
	}); err != nil || access.Helped(t) == told {
		return err
	}
	a, err := tx.Article(v.Article)
	if err != nil || a == nil {
		return err
	}
	return tx.tellArticle(*a)
}

// see keeps what of an article somebody read, for them alone, and counts it with
// viewed for the team and, in steps, for who contributed it.
func (tx *Tx) see(p desk.PersonID, v desk.Seen, viewed bool) error {
	lane, err := tx.userLane(p)
	if err != nil || lane == "" {
		return err
	}
	body, err := tx.encode(v)
	if err != nil {
		return fmt.Errorf("encode what was read: %w", err)
	}
	refs := []refChange{{lane: lane, kind: desk.RefSeen, id: string(v.Article), body: body}}
	t := desk.Tally{Article: v.Article}
	if viewed {
		if _, err := tx.refIn(helpStaff, desk.RefTally, string(v.Article), &t); err != nil {
			return fmt.Errorf("read tally: %w", err)
		}
		t.Views++
		sum, err := tx.encode(t)
		if err != nil {
			return fmt.Errorf("encode tally: %w", err)
		}
		refs = append(refs, refChange{lane: helpStaff, kind: desk.RefTally, id: string(v.Article), body: sum})
	}
	if _, err := tx.tellRefs(refs); err != nil || !viewed || access.Viewed(t) == access.Viewed(desk.Tally{Views: t.Views - 1}) {
		return err
	}
	a, err := tx.Article(v.Article)
	if err != nil || a == nil {
		return err
	}
	return tx.tellContributor(*a)
}

func count(t *desk.Tally, v desk.Vote, by int) {
	n := &t.No
	if v.Helpful {
		n = &t.Yes
	}
	*n = uint32(max(0, int(*n)+by))
	if v.Solved {
		t.Solved = uint32(max(0, int(t.Solved)+by))
	}
}

// tellComment tells the team of a comment, and a customer of their own.
func (tx *Tx) tellComment(c desk.Comment) error {
	lane, err := tx.userLane(c.By)
	if err != nil {
		return err
	}
	if !access.IsCustomerLane(lane) {
		lane = ""
	}
	return tx.tellBoth(desk.RefComment, string(c.ID), c, lane, access.CustomerComment(c))
}

// Articles gives every article, by id.
func (tx *Tx) Articles() (out []desk.Article, err error) {
	err = tx.each("SELECT body, sum FROM articles ORDER BY id", nil, func(scan func(...any) error) error {
		var a desk.Article
		err := tx.scanBody(scan, &a, "an article")
		out = append(out, a)
		return err
	})
	return out, err
}
