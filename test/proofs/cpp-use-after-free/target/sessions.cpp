// Keeps sessions by name and shows the one that was opened last.
#include <fstream>
#include <iostream>
#include <map>
#include <string>

struct Session {
    std::string name;
    int shown = 0;
};

class Sessions {
public:
    void open(const std::string &name)
    {
        if (byName_.count(name) == 0)
            byName_[name] = new Session{name};
        current_ = byName_[name];
    }

    void close(const std::string &name)
    {
        auto found = byName_.find(name);
        if (found == byName_.end())
            return;
        Session *session = found->second;
        byName_.erase(found);
        delete session;
    }

    void show()
    {
        if (current_ == nullptr) {
            std::cout << "nobody\n";
            return;
        }
        current_->shown++;
        std::cout << current_->name << ' ' << current_->shown << '\n';
    }

private:
    std::map<std::string, Session *> byName_;
    Session *current_ = nullptr;
};

int run(std::istream &lines)
{
    Sessions sessions;
    std::string word, name;
    while (lines >> word) {
        if (word == "show")
            sessions.show();
        else if (!(lines >> name))
            return 2;
        else if (word == "open")
            sessions.open(name);
        else if (word == "close")
            sessions.close(name);
    }
    return 0;
}

int main(int argc, char **argv)
{
    std::ifstream file(argc == 2 ? argv[1] : "");
    return file ? run(file) : 2;
}
