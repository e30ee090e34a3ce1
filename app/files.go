package app

// PickFiles asks for files with the system's dialog.
func (a *API) PickFiles() (Picked, error) { return Picked{}, errNotReady }

// AddFile takes bytes the page holds.
func (a *API) AddFile(name, base64 string) (FileInfo, error) { return FileInfo{}, errNotReady }

// PasteImage takes the picture on the system's clipboard.
func (a *API) PasteImage() (*FileInfo, error) { return nil, errNotReady }

// FetchFile brings a file to this computer.
func (a *API) FetchFile(ticket, hash string) (FileInfo, error) { return FileInfo{}, errNotReady }

// SaveFile saves a file where the person says.
func (a *API) SaveFile(ticket, hash string) error { return errNotReady }

// OpenLink opens a web or mail address outside the window.
func (a *API) OpenLink(url string) error { return errNotReady }
