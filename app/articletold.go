package app

import (
	"encoding/json"
	"maps"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/notify"
)

// digestEvery is how often what is followed once a day is told.
const digestEvery = 24 * time.Hour

const metaHelpTold = "helptold"

// helpTold is how far this computer has told of what was published: up to At what
// is told at once, up to Digest, at DigestAt by this computer's clock, the rest.
type helpTold struct {
	At       time.Time `json:"at"`
	Digest   time.Time `json:"digest"`
	DigestAt time.Time `json:"digest_at"`
	// Mine is how far what the person contributed was when that was last told.
	Mine map[desk.ArticleID]desk.ArticleState `json:"mine,omitempty"`
}

func (h helpTold) same(x helpTold) bool {
	return h.At.Equal(x.At) && h.Digest.Equal(x.Digest) && h.DigestAt.Equal(x.DigestAt) && maps.Equal(h.Mine, x.Mine)
}

// articlesChanged tells of articles the person follows that were published since
// it last told of any: at once, or together once a day. The first copy of the
// knowledge base tells nothing.
func (t *teller) articlesChanged() {
	k, err := t.s.knowledge()
	if err != nil {
		return
	}
	if !t.helpRead {
		t.helpRead = true
		if b, err := t.s.cache.Meta(metaHelpTold); err == nil {
			_ = json.Unmarshal(b, &t.help) // what cannot be read begins anew
		}
	}
	was := t.help
	news, next := changedOf(k, was)
	var mine []notify.Notice
	mine, next.Mine = contributedOf(k, was.Mine)
	if news = append(news, mine...); next.same(was) {
		return
	}
	t.help = next
	t.s.api.begin(func() { // not here, where a commit may be what is told of
		if b, err := json.Marshal(next); err == nil {
			if err := t.s.cache.SetMeta(metaHelpTold, b); err != nil {
				t.s.api.deps.Log.Warn("keep what was told of articles", "err", err)
			}
		}
	})
	if len(news) > 0 {
		t.s.notice(false, news...)
	}
}

// changedOf gives what is to be told of articles, and how far that is.
func changedOf(k *knowledge, was helpTold) (news []notify.Notice, next helpTold) {
	next = was
	var newest time.Time
	now, daily := notify.Notice{Kind: notify.Changed}, notify.Notice{Kind: notify.Changed}
	digest := k.now.Sub(was.DigestAt) >= digestEvery
	for id := range k.articles {
		x := k.articles[id]
		if !x.IsLive() {
			continue
		}
		if x.Published.After(newest) {
			newest = x.Published
		}
		level := k.follows[desk.Follow{What: desk.FollowArticle, Article: id}.Key()]
		if level == "" {
			level = k.follows[desk.Follow{What: desk.FollowSection, Section: x.Live.Section}.Key()]
		}
		add := func(to *notify.Notice) {
			to.Articles++
			if x.Published.After(to.At) {
				to.At, to.Article, to.Subject = x.Published, id, x.Live.Title
			}
		}
		switch {
		case x.PublishedBy == k.me.Person && k.me.Person != "":
		case level == string(desk.FollowAll) && x.Published.After(was.At):
			add(&now)
		case level == string(desk.FollowDigest) && digest && x.Published.After(was.Digest):
			add(&daily)
		}
	}
	if newest.IsZero() {
		return nil, was // there is nothing
	}
	if newest.After(next.At) {
		next.At = newest
	}
	if was.At.IsZero() { // nothing was here before
		next.Digest, next.DigestAt = newest, k.now
		return nil, next
	}
	if digest {
		next.Digest, next.DigestAt = newest, k.now
	}
	for _, n := range []notify.Notice{now, daily} {
		if n.Articles > 0 {
			news = append(news, n)
		}
	}
	return news, next
}

// contributedOf gives what became of what the person contributed: that it was
// published, or came back. What they did themselves they are not told.
func contributedOf(k *knowledge, was map[desk.ArticleID]desk.ArticleState) (news []notify.Notice, next map[desk.ArticleID]desk.ArticleState) {
	if k.me.Role.Staff() {
		return nil, nil
	}
	for id := range k.articles {
		x := k.articles[id]
		if x.Contributed == nil {
			continue
		}
		if next == nil {
			next = map[desk.ArticleID]desk.ArticleState{}
		}
		state := access.OwnArticle(&x.Article, k.me).State
		next[id] = state
		back := state == desk.ArticleDraft && x.Contributed.Reason != ""
		if was[id] == desk.ArticleReview && (back || state == desk.ArticlePublished) {
			news = append(news, notify.Notice{Kind: notify.Contributed, Article: id, Articles: 1, Subject: x.Contributed.Title, Back: back, At: k.now, Mine: back})
		}
	}
	return news, next
}
