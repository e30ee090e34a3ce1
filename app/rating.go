package app

import "docket/app/desk"

// RatingInfo is what the requester was asked of how it was, and what they said.
type RatingInfo struct {
	// Asked is when they were asked, "" for never.
	Asked   string `json:"asked"`
	Score   string `json:"score"`
	Comment string `json:"comment"`
	At      string `json:"at"`
}

// Rate queues what the requester says of how it was.
func (a *API) Rate(ticket, score, comment string) error {
	return a.do(ticket, func(*session, *desk.Ticket) (desk.Args, error) {
		said, err := line("comment", comment, maxReason)
		return desk.Rate{Score: desk.Score(score), Comment: said}, err
	})
}

func viewRating(r desk.Rating) RatingInfo {
	return RatingInfo{Asked: stamp(r.Asked), Score: string(r.Score), Comment: r.Comment, At: stamp(r.At)}
}

func ratedLine(e desk.Entry, who string) string {
	said := say("{who} {who, select, You {were} other {was}} satisfied with how this went", "who", who)
	if desk.Score(e.To) != desk.Good {
		said = say("{who} {who, select, You {were} other {was}} not satisfied with how this went", "who", who)
	}
	return said + more(e.Text)
}
