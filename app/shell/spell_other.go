//go:build (!linux && (dev || production)) || bindings

package shell

// spellCheck has nothing to do: WebView2 and WKWebView check by themselves.
func spellCheck() {}
