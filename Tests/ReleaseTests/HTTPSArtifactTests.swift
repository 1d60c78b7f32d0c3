import Glibc
import Machine
import Release
import TestKit
import Testing

/// Artifacts from a real server over TLS, fetched by real curl.
@Suite struct HTTPSArtifactTests {
    /// Serves until it is asked for `/stop`; tells its port through the FIFO `port`.
    private static let server = """
        import http.server, os, ssl, sys
        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                port = self.server.server_port
                site = f'localhost:{port}'
                to = {'/moved': f'https://{site}/good', '/plain': f'http://{site}/good',
                    '/round': f'https://{site}/round'}
                if self.path in to:
                    self.send_response(302)
                    self.send_header('Location', to[self.path])
                    self.end_headers()
                elif self.path in ('/good', '/stop'):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b'the bytes of a release')
                else:
                    self.send_error(404)
                self.server.stops = self.path == '/stop'
            def log_message(self, *words): pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Answers)
        server.stops = False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain('cert.pem', 'key.pem')
        server.socket = context.wrap_socket(server.socket, server_side=True)
        with open('port', 'w') as told: told.write(str(server.server_port))
        while not server.stops: server.handle_request()
        """
    private let scratch = ScratchFolder()

    @discardableResult
    private func shell(_ script: String) throws -> String {
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-c", "cd '\(scratch.path)' && \(script)"],
                environment: ["PATH": "/usr/bin:/bin"]))
        try #require(result.succeeded, "\(script): \(result.errorText)")
        return result.outputText
    }

    /// A curl that trusts the test's own certificate, and no other.
    private func reader(trusting certificate: String) -> ArtifactReader {
        scratch.write(
            "curl",
            "#!/bin/sh\nexec /usr/bin/curl \"$@\" --cacert '\(scratch.path)/\(certificate)'\n")
        chmod(scratch.path + "/curl", 0o755)
        return ArtifactReader(commands: SpawnedCommands(), curl: scratch.path + "/curl")
    }

    @Test func releaseComesFromAServerThatProvesItsNameAndFromNoOther() throws {
        for name in ["", "other-"] {
            try shell(
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
                -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout \(name)key.pem -out \(name)cert.pem 2>/dev/null
                """)
        }
        scratch.write("server.py", Self.server)
        try shell("mkfifo port")
        let serving = Beside { [path = scratch.path] in
            Result {
                try SpawnedCommands().run(
                    Command(
                        "/bin/sh", ["-c", "cd '\(path)' && exec /usr/bin/python3 server.py"],
                        environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(60)))
            }
        }
        let site = "https://localhost:\(try shell("cat port"))"
        let good = reader(trusting: "cert.pem")
        #expect(try good.read(site + "/good") == Array("the bytes of a release".utf8))
        #expect(try good.read(site + "/moved") == Array("the bytes of a release".utf8))
        for (place, words) in [
            ("/gone", "404"), ("/plain", "http"), ("/round", "redirects"),
        ] {
            let error = #expect(throws: MachineError.self) { try good.read(site + place) }
            #expect(
                error?.description.contains(words) == true, "\(place): \(error?.description ?? "")")
        }
        let byNumber = site.replacing("localhost", with: "127.0.0.1") + "/good"
        #expect(throws: MachineError.self, "it proves another name") { try good.read(byNumber) }
        let wary = reader(trusting: "other-cert.pem")
        #expect(throws: MachineError.self, "nobody vouches for it") {
            try wary.read(site + "/good")
        }
        _ = try reader(trusting: "cert.pem").read(site + "/stop")
        #expect(try serving.answer().get().ending == .exited(0))
    }
}
