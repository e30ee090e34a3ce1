package policy

import (
	"time"

	"docket/app/desk"
)

// articleAge is for how long an article holds without anybody having looked at it.
const articleAge = 365 * 24 * time.Hour

// OldArticle reports whether nobody said for long that a published article still
// holds, so that it sinks below the others.
func OldArticle(a *desk.Article, now time.Time) bool {
	at := a.Reviewed
	if at.Before(a.Published) {
		at = a.Published
	}
	return a.IsLive() && now.Sub(at) > articleAge
}

// articleKept is for how long a copy of an article needs no word on how old it is.
const articleKept = 24 * time.Hour

// KeptLong reports whether the server has not confirmed for so long what is here
// that a reader of an article should know since when.
func KeptLong(asOf, now time.Time) bool { return !asOf.IsZero() && now.Sub(asOf) > articleKept }
