package crowd

// Feed gives a client a frame as if the server had sent it.
func Feed(c *Client, frame []byte) {
	c.mu.Lock()
	conn := c.conn
	c.mu.Unlock()
	_ = (&reader{c, conn}).Frame(frame)
}
