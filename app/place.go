package app

import (
	"encoding/json"
	"slices"
	"time"

	"docket/app/desk"
	"docket/sync/engine"
)

// PlaceInfo is where a request stands that waits for the team.
type PlaceInfo struct {
	// Waits says whether it waits for the team, as far as is known; Queued whether
	// nobody has it yet.
	Waits  bool `json:"waits"`
	Queued bool `json:"queued"`
	// Outages and Others stand before it; Later are those of them that came
	// after it.
	Outages      int `json:"outages"`
	OutagesLater int `json:"outagesLater"`
	Others       int `json:"others"`
	OthersLater  int `json:"othersLater"`
	// At is as of when, and Fresh that the server said so just now.
	At    string `json:"at"`
	Fresh bool   `json:"fresh"`
}

// metaPlaces are the newest answers, so that who is offline is told what was
// known and when.
const (
	metaPlaces = "places"
	keptPlaces = 20
)

type keptPlace struct {
	Ticket desk.TicketID   `json:"ticket"`
	At     time.Time       `json:"at"`
	Place  desk.QueuePlace `json:"place"`
}

// Place asks where a request stands; who is offline is told what was known last.
func (a *API) Place(ticket string) (PlaceInfo, error) {
	s, err := a.session()
	if err != nil {
		return PlaceInfo{}, err
	}
	id, err := ticketID(ticket)
	if err != nil {
		return PlaceInfo{}, err
	}
	var kept []keptPlace
	if b, err := s.cache.Meta(metaPlaces); err == nil && len(b) > 0 {
		_ = json.Unmarshal(b, &kept) // what cannot be read is not known
	}
	eng := s.engine()
	if eng.Status().State == engine.Live {
		if p, err := eng.Place(a.ctx, id); err == nil {
			k := keptPlace{Ticket: id, At: a.now().UTC(), Place: p}
			kept = slices.DeleteFunc(kept, func(x keptPlace) bool { return x.Ticket == id })
			kept = append([]keptPlace{k}, kept[:min(len(kept), keptPlaces-1)]...)
			if b, err := json.Marshal(kept); err == nil {
				_ = s.cache.SetMeta(metaPlaces, b) // it is asked again
			}
			return k.info(true), nil
		}
	}
	for _, k := range kept {
		if k.Ticket == id {
			return k.info(false), nil
		}
	}
	return PlaceInfo{}, nil // nothing is known, and nothing is said
}

func (k keptPlace) info(fresh bool) PlaceInfo {
	p := k.Place
	return PlaceInfo{
		Waits: p.Waits, Queued: p.Queued, Outages: p.Outages, OutagesLater: p.OutagesLater, Others: p.Others, OthersLater: p.OthersLater,
		At: stamp(k.At), Fresh: fresh,
	}
}
