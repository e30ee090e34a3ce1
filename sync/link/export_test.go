package link

// SetDirect has what is sent written by fn first, which may take a part.
func (c *Conn) SetDirect(fn func(p []byte) (int, error)) { c.direct = fn }

// WriteSome writes to the socket below.
func (c *Conn) WriteSome(p []byte) (int, error) { return c.nc.Write(p) }
