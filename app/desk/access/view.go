package access

import "docket/app/desk"

// noView is the one answer about a view that is not there or not theirs.
func noView() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Field: "view", Message: "There is no such view any more.", Hint: "Save it as a view of your own."}
}

// MayShare refuses to keep, change or end a view of a department to who does not
// lead it.
func MayShare(a desk.Actor, d desk.DeptID) error {
	switch {
	case a.Role == desk.Admin, a.Role == desk.Lead && a.In(d):
		return nil
	case a.Role.Staff() && a.In(d):
		return denied("The views of a department are for its lead to keep.", "Keep it as a view of your own, or ask your lead.")
	}
	return noView()
}

// MayKeep refuses to put v where was stands, nil for nothing: a view of one's
// own is one's own affair, and that somebody else has one is not told.
func MayKeep(a desk.Actor, was *desk.SavedView, v desk.SavedView) error {
	if err := Can(a, nil, desk.CmdSaveView); err != nil {
		return err
	}
	if was != nil {
		if was.Department == "" && was.By != a.Person {
			return noView()
		}
		if was.Department != "" {
			if err := MayShare(a, was.Department); err != nil {
				return err
			}
		}
	}
	if v.Department != "" {
		return MayShare(a, v.Department)
	}
	return nil
}
