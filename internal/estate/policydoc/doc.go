// Package policydoc holds the AWS IAM policy document in one canonical form, and
// the pattern language its actions and resources are written in.
//
// AWS accepts many spellings of the same document: a string where a list is
// meant, one statement without its list, numbers among the values, the whole text
// percent-encoded. Parse reads them all and yields one shape, which is what an
// inventory stores and what checks read. The grammar is that of "Grammar of the
// IAM JSON policy language" in the IAM User Guide. Nothing here decides what a
// document allows; see the analysis packages for that.
package policydoc
