// Package route turns issues and fixes into what a picture of them needs: named things,
// steps with the fixes that cut them, and words for what the short list counts. The
// formats for people share it, so that a page and a terminal tell the same story.
//
// Names and labels come from a cloud; whoever shows them escapes them.
package route
