// Package azure opens Microsoft Azure to the collectors. Azure Resource Graph is the
// spine: one query per type answers for a whole tenant. What it does not hold is read
// from Azure Resource Manager, resource by resource.
package azure
