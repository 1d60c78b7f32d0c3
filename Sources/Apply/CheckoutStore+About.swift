import Git
import JSON
import Machine
import Reconcile

extension CheckoutStore {
    /// Lies beside the contents of a commit; a folder has none, and so have checkouts of versions
    /// that did not ask.
    static let aboutName = "about"

    static func aboutText(_ about: CommitAbout) -> String {
        var fields: JSONObject = [:]
        fields["author"] = about.author.map { .string($0) }
        fields["subject"] = about.subject.map { .string($0) }
        return JSONValue.object(fields).text()
    }

    /// Reads what `aboutText` wrote; nil for anything else: nothing is decided by it.
    static func about(_ bytes: [UInt8]) -> CommitAbout? {
        do throws(JSONError) {
            let value = try JSONValue.parse(bytes)
            return CommitAbout(
                author: value["author"]?.asString, subject: value["subject"]?.asString)
        } catch {
            return nil
        }
    }
}
