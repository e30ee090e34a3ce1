package twins_test

import (
	"docket/app/desk"
	"docket/build/prove/town"
)

// articles is what the team does among itself in the knowledge base: a section and
// an article of its own, a draft of what customers will read, a comment, and what
// somebody follows.
func (x *twin) articles(s desk.PersonID, content string) {
	id := town.UUID(x.own, x.w.Now())
	on := desk.TicketID(id)
	art := desk.ArticleID(id)
	x.give(x.own, "ada", on, 0, desk.SaveSection{Section: desk.Section{ID: "inside", Name: content, Readers: desk.ReadersStaff}})
	readers := town.Pick(x.own, []desk.Readers{desk.ReadersStaff, desk.ReadersPublic, desk.ReadersCustomers})
	x.give(x.own, s, on, 0, desk.WriteArticle{Article: art, Writing: desk.Writing{Section: "inside", Title: content, Text: content, Readers: readers}, Send: true})
	x.give(x.own, s, on, 0, desk.CommentArticle{Article: art, Text: content})
	x.give(x.own, s, on, 0, desk.SetArticleFollow{Article: art, Level: desk.FollowAll})
	x.give(x.own, "ada", on, 0, desk.MoveArticle{Article: art, Edit: 1, Step: desk.StepPublish, Reason: content}) // refused where it is for more than its section
	x.give(x.own, "ada", on, 0, desk.MoveArticle{Article: art, Edit: 2, Step: desk.StepRetire, Reason: content})
}
