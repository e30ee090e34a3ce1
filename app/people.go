package app

// Departments gives the departments a new ticket can go to.
func (a *API) Departments() ([]DepartmentCard, error) { return nil, errNotReady }

// Staff gives whom a ticket can be assigned to.
func (a *API) Staff(department string) ([]Option, error) { return nil, errNotReady }

// People finds people to follow a conversation.
func (a *API) People(query string) ([]Option, error) { return nil, errNotReady }

// Holdings gives what the person's organizations hold.
func (a *API) Holdings() ([]Ref, error) { return nil, errNotReady }
