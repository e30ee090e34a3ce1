package app

import (
	"errors"

	"docket/app/lent"
)

// lending is where readable copies of files lie for a moment.
func (a *API) lending() string {
	if a.deps.Lend != "" {
		return a.deps.Lend
	}
	return a.path("out")
}

// emptyLent removes what is left of a run that could not end.
func (a *API) emptyLent() {
	_, err := lent.Open(a.lending())
	a.emptied(err)
}

func (a *API) emptied(err error) {
	if err != nil {
		a.deps.Log.Warn("remove copies", "err", err)
	}
}

// DragFile lets a file of a ticket be drawn out of the window, to a folder or
// another program. That is given a readable copy, which is gone after a moment.
func (a *API) DragFile(ticket, hash string) (err error) {
	s, f, err := a.fetch(ticket, hash)
	if err != nil {
		return err
	}
	r, err := s.files.Open(f.Hash)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	path, err := s.lent.Put(string(f.Hash), cleanName(f.Name), r)
	if err != nil {
		return cannotSave(err)
	}
	mark(path)
	return a.deps.Shell.DragFile(path)
}
